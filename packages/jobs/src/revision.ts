/** What a reader said of a result; the mask and its report are in its files. It never changes. */
export type Revision = {
  /** Of its set of files among the results: 128 random bits in hexadecimal, told to nobody. */
  readonly revisionId: string;
  readonly jobId: string;
  /** From 1, without a gap. */
  readonly number: number;
  /** What was revised; 0 is the engine's own mask. */
  readonly parent: number;
  readonly author: string;
  readonly note: string;
  readonly verdict: 'accepted' | 'corrected' | 'rejected';
  readonly maskSha256: string;
  readonly volumeMl: number;
  readonly lesionCount: number;
  readonly createdAt: Date;
};

/** One that is to be kept; its number is the one after its parent's. */
export type NewRevision = Omit<Revision, 'revisionId' | 'number'>;

/** More than anybody makes by hand of one result. */
export const mostRevisions = 200;

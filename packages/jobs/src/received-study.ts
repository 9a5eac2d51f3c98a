import type { Owner } from '@atoll/access/visitor';
import type { ErrorCode } from '@atoll/errors/catalogue';
import type { StoreKind } from '@atoll/store/store';

/**
 * receiving: more may come. running: it is a case, and its job has not ended. sending: results go back. done: they
 * have. ignored: no rule runs it. failed: no case could be made of it, or its job failed.
 */
export const studyStates = ['receiving', 'running', 'sending', 'done', 'ignored', 'failed'] as const;
export type StudyState = (typeof studyStates)[number];

/** Files of received studies, each a set of its own, by random ids. */
export const studyFileKind: StoreKind = {
  prefix: 'studies',
  isId: (text) => /^[0-9a-f]{32}$/.test(text),
};

/** An examination that an archive or a scanner sent, as far as has come of it. */
export type ReceivedStudy = {
  /** 128 random bits in hexadecimal. */
  readonly studyId: string;
  /** DICOM's Study Instance UID. */
  readonly studyUid: string;
  /** Whom its case and its job will belong to; null where nobody signs in. */
  readonly owner: Owner | null;
  readonly state: StudyState;
  /** Who takes it up has a turn; word from an earlier one changes nothing. */
  readonly turn: number;
  /** Grows when something new arrives that may make another case of it. */
  readonly round: number;
  /** Tries at the current step, the one under way included. */
  readonly attempts: number;
  readonly receivedAt: Date;
  readonly caseId: string | null;
  readonly jobId: string | null;
  /** Of the images of the case. */
  readonly fingerprint: string | null;
  /** Files of the series that the DWI was made of. */
  readonly sources: readonly string[];
  readonly errorCode: ErrorCode | null;
};

/** A file of a study. */
export type StudyInstance = {
  readonly sopUid: string;
  /** Of its set in the store of kind {@link studyFileKind}. */
  readonly fileId: string;
  readonly sizeBytes: number;
};

/** What of a result goes to one archive. */
export type Delivery = {
  readonly jobId: string;
  readonly archive: string;
  readonly state: 'waiting' | 'sent' | 'given-up';
  readonly attempts: number;
  readonly dueAt: Date;
  readonly errorCode: ErrorCode | null;
};

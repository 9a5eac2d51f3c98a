import type { Owner } from '@atoll/access/visitor';
import type { CaseFiles, CaseRole } from '@atoll/volume/case-files';

/** What a list shows of a case; made without reading image data. */
export type CaseSummary = {
  /** Letters, digits, `-`, `_` and `.`, not beginning with a dot; 64 at most. Unique over all sources. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** The source's id, such as `phantom`. */
  readonly source: string;
  readonly images: readonly CaseRole[];
  readonly licence: string | null;
  /** How the images came about, in words, where they are not simply what was stored. */
  readonly derivation?: readonly string[];
  /** Of an uploaded case, whom it belongs to; for the server alone, and in no answer. */
  readonly owner?: Owner | null;
};

export type OpenedCase = CaseFiles & {
  /** How the images came about, in words, where they are not simply what was stored; for provenance. */
  readonly derivation?: readonly string[];
  /** What a result may be wrong by, in sentences: for the report's serious warnings. */
  readonly cautions?: readonly string[];
};

export type OpenOptions = { readonly signal?: AbortSignal };

/** A place that cases come from. */
export interface CaseSource {
  readonly id: string;
  readonly title: string;
  list(): Promise<readonly CaseSummary[]>;
  /**
   * For a source that lists nothing of what it has: a case by its id, or null. Such ids are random, so that no other
   * source can have the same.
   */
  find?(caseId: string): Promise<CaseSummary | null>;
  /**
   * What whoever hosts it should know of the last list although it stands, such as what was passed over and why.
   * Sentences that name no patient and no path.
   */
  remarks?(): readonly string[];
  /**
   * Somebody is looking at the list, and about to choose a case: what takes long to make of the one that is shown first
   * may be made now. What goes wrong is told to whoever opens it.
   */
  expectReader?(signal: AbortSignal): void;
  /** @throws AtollError CASE_UNKNOWN when the source has no such case. */
  open(caseId: string, options?: OpenOptions): Promise<OpenedCase>;
}

/** How a source fares, beside its cases. */
export type SourceState = {
  readonly id: string;
  readonly title: string;
  /** Whether its list of cases could be read. */
  readonly ok: boolean;
  /** Why it could not, or what was passed over; null when there is nothing to say. */
  readonly problem: string | null;
};

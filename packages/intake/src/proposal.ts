import type { Choice, Pick } from './choice.ts';

export type Role = 'dwi' | 'b0' | 'adc' | 'flair' | 'reference';

export type Confidence = 'high' | 'medium' | 'low';

/** What an image, or some volumes of it, was taken for, and why in words. */
export type Finding = {
  readonly role: Role;
  readonly pick: Pick;
  readonly reason: string;
  readonly confidence: Confidence;
};

/** What stands against a case of these images, or should be known of it, in words. */
export type Problem = {
  readonly code:
    | 'NO_DWI'
    | 'NO_ADC'
    | 'B_VALUE_IMPLAUSIBLE'
    | 'GRIDS_APART'
    | 'SEVERAL_FIT'
    | 'STUDIES_MIXED'
    | 'SIDE_UNKNOWN'
    | 'UNCERTAIN';
  /** A blocking problem leaves no choice to run; the others are to be looked at. */
  readonly blocking: boolean;
  readonly message: string;
};

export type Proposal = {
  /** null where nothing can be run yet; `problems` say why. */
  readonly choice: Choice | null;
  /** The parts as they were found, best first; those of `choice` are the first of their role. */
  readonly findings: readonly Finding[];
  /** Candidates that play no part, and why. */
  readonly unused: readonly { readonly candidateId: string; readonly reason: string }[];
  readonly problems: readonly Problem[];
  /** What only the reader can say. */
  readonly needs: readonly 'b-value'[];
};

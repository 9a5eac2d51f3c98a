import type { Caution } from './caution.ts';
import type { Choice, Pick } from './choice.ts';

export type Role = 'dwi' | 'b0' | 'adc' | 'flair' | 'reference';

type Confidence = 'high' | 'medium' | 'low';

/** What an image, or some volumes of it, was taken for, and why in words. */
export type Finding = {
  readonly role: Role;
  readonly pick: Pick;
  readonly reason: string;
  readonly confidence: Confidence;
  /** What should be known before a result of it is relied on. */
  readonly cautions?: readonly Caution[];
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
    | 'SUBJECTS_MIXED'
    | 'MISMATCH'
    | 'CAUTION'
    | 'UNCERTAIN';
  /** A blocking problem leaves no choice to run; the others are to be looked at. */
  readonly blocking: boolean;
  /** A result may be wrong by it: it goes into the report as a serious warning. */
  readonly serious?: boolean;
  readonly message: string;
};

/** One of several whose images were brought together. */
export type Subject = { readonly label: string; readonly candidateIds: readonly string[] };

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
  /** Several subjects, sessions or examinations, each with a DWI of its own; empty where there is one. */
  readonly subjects: readonly Subject[];
};

/** What a result may be wrong by, a sentence each. */
export function seriousOf({ problems }: Proposal): string[] {
  return problems.filter(({ serious }) => serious === true).map(({ message }) => message);
}

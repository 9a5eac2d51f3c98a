import type { Choice, Pick } from './choice.ts';

export type Role = 'dwi' | 'b0' | 'adc' | 'flair' | 'reference';

type Confidence = 'high' | 'medium' | 'low';

/** What an image, or some volumes of it, was taken for, and why in words. */
export type Finding = {
  readonly role: Role;
  readonly pick: Pick;
  readonly reason: string;
  readonly confidence: Confidence;
  /** s/mm²; null where nothing tells it, and for what has none. */
  readonly bValue: number | null;
};

/** What is proposed to play each part; null where nothing was found for it. */
export type Parts = {
  readonly dwi: Pick | null;
  readonly b0: Pick | null;
  /** `computed` where b0 and DWI tell more than any map that was found. */
  readonly adc: Pick | 'computed' | null;
  readonly flair: Pick | null;
  readonly reference: Pick | null;
};

/** What stands against a case of these images, or should be known of it, in words. */
export type Problem = {
  readonly code:
    | 'NO_DWI'
    | 'NO_ADC'
    | 'B_VALUE_IMPLAUSIBLE'
    | 'CHOICE_INCOMPLETE'
    | 'GRIDS_APART'
    | 'SEVERAL_FIT'
    | 'STUDIES_MIXED'
    | 'SIDE_UNKNOWN'
    | 'SUBJECTS_MIXED'
    | 'MISMATCH'
    | 'REFERENCE_UNFIT'
    | 'CAUTION'
    | 'UNCERTAIN';
  /** A blocking problem leaves no choice to run; the others are to be looked at. */
  readonly blocking: boolean;
  /** A result may be wrong by it: it goes into the report as a serious warning. */
  readonly serious?: boolean;
  readonly message: string;
};

/** One of several whose images were put together. */
export type Subject = { readonly label: string; readonly candidateIds: readonly string[] };

/** A choice, and what it lacks. */
export type Resolved = {
  /** null while a part is missing; without a b-value while only that is. */
  readonly choice: Choice | null;
  /** What has to be said or added before it can be run, a sentence each. */
  readonly missing: readonly string[];
  /** The ADC has to be computed, and by which b only the reader can say, or has said. */
  readonly asksBValue: boolean;
};

export type Proposal = Resolved & {
  readonly parts: Parts;
  /** The parts as they were found, best first. */
  readonly findings: readonly Finding[];
  /** Candidates that play no part, and why. */
  readonly unused: readonly { readonly candidateId: string; readonly reason: string }[];
  readonly problems: readonly Problem[];
  /** Several subjects, sessions or examinations, each with a DWI of its own; empty where there is one. */
  readonly subjects: readonly Subject[];
};

/** What a result may be wrong by, a sentence each. */
export function seriousOf({ problems }: Proposal): string[] {
  return problems.filter(({ serious }) => serious === true).map(({ message }) => message);
}

import type { Agreement } from '@atoll/volume/metrics';
import type { EngineWarning, QualityMeasure } from './engine.ts';
import type { JoinRule } from './ensemble/join-rules.ts';
import type { LocationReport } from './location.ts';

export type Side = 'left' | 'right' | 'both';

/** One 26-connected component of the mask. Volumes in mL, positions in world mm (RAS+). */
export type Lesion = {
  /** 1 is the largest. */
  readonly id: number;
  readonly volumeMl: number;
  /** The patient's side; `both` when it crosses the mid-plane by more than a tenth on each side. */
  readonly side: Side;
  /** Coarse place within the brain, in words, such as "anterior third of the brain, superior level". */
  readonly place: string;
  /** The same by the atlas, such as "left MCA, insula and lentiform"; absent where no atlas fits. */
  readonly territory?: string | undefined;
  readonly centroidMm: readonly [number, number, number];
  /** A point inside the lesion, deepest from its surface: where to send a reader's cursor. */
  readonly focusMm: readonly [number, number, number];
  readonly meanAdcMm2PerS: number | null;
  readonly minAdcMm2PerS: number | null;
};

/** How much of the mask has an ADC below a threshold. */
export type LowAdc = { readonly belowMm2PerS: number; readonly volumeMl: number };

/** Metrics, or a typed reason for their absence: no reference and a failed computation are not the same. */
export type Metrics =
  | ({ readonly status: 'computed' } & Agreement)
  | { readonly status: 'no-reference' }
  | { readonly status: 'not-computable'; readonly reason: string };

/** A further map that the engine gave, as its file `overlay_<id>.nii.gz` holds it. */
export type OverlayReport = {
  readonly id: string;
  readonly title: string;
  /** Of all that it marks. */
  readonly volumeMl: number;
  /** With the mask of this result; null for a map of counts. */
  readonly diceWithMask: number | null;
  readonly sha256: string;
};

/**
 * A place that is bright on DWI with a low ADC against this patient's own tissue, or that engines of an ensemble mark,
 * and that the mask does not hold: a candidate, not a finding. Its volume is that of the candidate in
 * `missed_msk.nii.gz`.
 */
export type MissedPlace = Lesion & {
  /** Ids of the engines of an ensemble that mark some of it; absent where none does. */
  readonly markedBy?: readonly string[] | undefined;
  /** Mean DWI relative to the surrounding healthy tissue. */
  readonly dwiRatio: number | null;
  /** Mean ADC relative to the patient’s healthy tissue. */
  readonly adcRatio: number | null;
  /** What was seen there, in a sentence. */
  readonly why: string;
};

/** A lesion of the mask that is neither bright on DWI nor low in ADC, or that lies outside the brain. */
export type DoubtfulLesion = {
  /** Of `lesions`. */
  readonly lesionId: number;
  readonly reason: 'no-contrast' | 'outside-brain';
  readonly why: string;
};

/** What a plain second look found that the engine did not, and the other way round; or why there was no such look. */
export type PlainLook =
  | {
      readonly status: 'done';
      /** What is bright on DWI with a low ADC, on coarse blocks: a lower bound, for small pieces do not count. */
      readonly seenMl: number;
      /** How much of it the mask holds or comes near, 0–1; null when nothing was seen. */
      readonly coveredShare: number | null;
      readonly missed: readonly MissedPlace[];
      readonly doubtful: readonly DoubtfulLesion[];
      /** Of `missed_msk.nii.gz`; null where nothing was missed, and there is no such file. */
      readonly missedSha256: string | null;
    }
  | { readonly status: 'not-possible'; readonly reason: string };

/** The brain as the engine outlined it, in `brain_msk.nii.gz`: for a reader to check. */
export type BrainOutline = { readonly volumeMl: number; readonly sha256: string };

/** An engine of an ensemble, and what it has to do with the joined mask. */
type EnsemblePartReport = {
  readonly engine: string;
  readonly title: string;
  /** Of `overlays`: what it marked. */
  readonly overlay: string;
  readonly volumeMl: number;
  readonly lesionCount: number;
  readonly diceWithMask: number;
  /** Of what it marked, how much no other one did, rims included. */
  readonly aloneMl: number;
  /** By STAPLE; null where the masks were joined otherwise, or where it cannot be told. */
  readonly sensitivity: number | null;
  readonly specificity: number | null;
};

/** A place that one engine of an ensemble alone marked, beyond a rim around what others mark, too. */
export type Disagreement = Lesion & {
  readonly engine: string;
  /** False where it goes on from something that others mark, too. */
  readonly isApart: boolean;
  /** Whether the joined mask holds it. */
  readonly isInMask: boolean;
};

/** How the engines of an ensemble agree. */
export type EnsembleReport = {
  readonly rule: JoinRule;
  readonly parts: readonly EnsemblePartReport[];
  /** Of each two of them; 1 where both marked nothing. */
  readonly dice: readonly { readonly engines: readonly [string, string]; readonly dice: number }[];
  /** How much was marked by just one of them, by two, … */
  readonly votesMl: readonly number[];
  /** For each lesion of the mask, the share of it that each engine marks; 0 where it missed the lesion. */
  readonly lesionVotes: readonly {
    readonly lesionId: number;
    readonly shares: readonly { readonly engine: string; readonly share: number }[];
  }[];
  /** The largest first. */
  readonly disagreements: readonly Disagreement[];
  /** Smaller disagreements that are not listed. */
  readonly unlisted: { readonly count: number; readonly volumeMl: number };
};

/** An engine of an ensemble as it ran. */
export type PartProvenance = Pick<
  Provenance,
  'engine' | 'engineVersion' | 'preset' | 'options' | 'parameters'
> & {
  readonly elapsedSeconds: number;
  /** SHA-256 of what it marked, as its overlay's file holds it. */
  readonly maskSha256: string;
};

/** What `probability.nii.gz` is, and from which probability on the engine marked. */
export type ProbabilityReport = {
  /** The mask is what lies above it; null where no one threshold gives the mask. */
  readonly threshold: number | null;
  readonly sha256: string;
};

export type Provenance = {
  readonly atollVersion: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly preset: string;
  readonly options: readonly string[];
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
  /** SHA-256 (hex) of each input file as it was given, by role (dwi, adc, flair, reference). */
  readonly inputSha256: Readonly<Record<string, string>>;
  readonly outputSha256: string;
  /** How the inputs were made from what the reader gave: a trace of directions, a computed ADC. */
  readonly derivation?: readonly string[] | undefined;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly runtime: string;
  readonly citations: readonly string[];
  readonly notice: string;
  /** The engines of an ensemble; absent where one engine made the mask. */
  readonly parts?: readonly PartProvenance[] | undefined;
};

export type Verdict = 'accepted' | 'corrected' | 'rejected';

/** How a mask differs from an earlier one. */
export type MaskChange = {
  readonly addedVoxels: number;
  readonly removedVoxels: number;
  readonly addedMl: number;
  readonly removedMl: number;
  /** Of the two; 1 where both are empty. */
  readonly dice: number;
};

/** Who stands behind a mask that a reader looked at, and what they made of it. */
type RevisionReport = {
  /** The job whose result was revised; null for one that has no id. */
  readonly of: string | null;
  /** From 1. */
  readonly number: number;
  /** The revision that was revised; 0 is the engine's own mask. */
  readonly parent: number;
  readonly author: string;
  readonly note: string;
  readonly verdict: Verdict;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly maskSha256: string;
  readonly sinceParent: MaskChange;
  readonly sinceEngine: MaskChange;
};

/** What is written to report.json beside the mask. */
export type Report = {
  readonly engine: string;
  readonly volumeMl: number;
  readonly lesionCount: number;
  readonly lesions: readonly Lesion[];
  /** null where the ADC says nothing, and in reports of before it was measured. */
  readonly lowAdc: LowAdc | null;
  readonly quality: readonly QualityMeasure[];
  readonly warnings: readonly EngineWarning[];
  readonly metrics: Metrics;
  readonly overlays: readonly OverlayReport[];
  /** null in reports from earlier versions. */
  readonly plainLook: PlainLook | null;
  /** null where the engine gives none. */
  readonly brain: BrainOutline | null;
  /** How the engines of an ensemble agree on this mask; absent where one made it, or a reader corrected it. */
  readonly ensemble?: EnsembleReport | undefined;
  /** null where the engine gives none, or was not asked for it. */
  readonly probability: ProbabilityReport | null;
  /** Where the lesions lie by an atlas, or why it is not said; absent where it was not asked for. */
  readonly location?: LocationReport | undefined;
  readonly elapsedSeconds: number;
  readonly provenance: Provenance;
  /** Absent where no reader has looked at the mask: it is the engine's own. */
  readonly revision?: RevisionReport | undefined;
};

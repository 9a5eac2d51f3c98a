import type { Agreement } from '@atoll/volume/metrics';
import type { EngineWarning, QualityMeasure } from './engine.ts';
import type { LocationReport } from './location.ts';

export type Side = 'left' | 'right' | 'both';

/** One 26-connected component of the mask. Volumes in mL, positions in world mm (RAS+). */
export type Lesion = {
  /** 1 is the largest. */
  readonly id: number;
  readonly volumeMl: number;
  /** The patient's side; `both` when it crosses the mid-plane by more than a tenth on each side. */
  readonly side: Side;
  /** Coarse place within the brain, in words, such as "anterior, upper third". */
  readonly place: string;
  /** The same by the atlas, such as "left MCA, insula and lentiform"; absent where no atlas fits. */
  readonly territory?: string | undefined;
  readonly centroidMm: readonly [number, number, number];
  /** A point inside the lesion, deepest from its surface: where to send a reader's cursor. */
  readonly focusMm: readonly [number, number, number];
  readonly meanAdcMm2PerS: number | null;
  readonly minAdcMm2PerS: number | null;
};

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
  /** How the inputs were made from what the reader brought: a trace of directions, a computed ADC. */
  readonly derivation?: readonly string[] | undefined;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly runtime: string;
  readonly citations: readonly string[];
  readonly notice: string;
};

/** What is written to report.json beside the mask. */
export type Report = {
  readonly engine: string;
  readonly volumeMl: number;
  readonly lesionCount: number;
  readonly lesions: readonly Lesion[];
  readonly quality: readonly QualityMeasure[];
  readonly warnings: readonly EngineWarning[];
  readonly metrics: Metrics;
  readonly overlays: readonly OverlayReport[];
  /** Where the lesions lie by an atlas, or why it is not said; absent where it was not asked for. */
  readonly location?: LocationReport | undefined;
  readonly elapsedSeconds: number;
  readonly provenance: Provenance;
};

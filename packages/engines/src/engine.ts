import type { ReaderPerformance } from '@atoll/volume/staple';
import type { Mask, Volume } from '@atoll/volume/volume';
import type { Votes } from '@atoll/volume/votes';
import type { JoinRule } from './ensemble/join-rules.ts';

/** The images of one patient. DWI is the trace image of the highest b-value; ADC may lie on another grid. */
export type Study = { readonly dwi: Volume; readonly adc: Volume; readonly flair?: Volume };

/** How far a run is. `fraction` (0–1) never falls; `stage` is one of the engine's `stages`. */
export type Progress = { readonly stage: string; readonly fraction: number; readonly message: string };

/** Something the reader must know about this mask. `code` is stable, `message` is a sentence for people. */
export type EngineWarning = {
  readonly code: string;
  readonly severity: 'info' | 'caution' | 'serious';
  readonly message: string;
};

/** A named check of the input or the result, with the range in which it is taken for normal. */
export type QualityMeasure = {
  readonly name: string;
  readonly label: string;
  readonly value: number | string | boolean | null;
  readonly unit: string | null;
  readonly normalRange: readonly [number, number] | null;
};

/**
 * A further map that came with the mask, on the DWI's own grid: one model's own mask, or for each voxel how many
 * models marked it (`isCount`).
 */
export type Overlay = {
  /** Lower-case letters, digits and hyphens, 64 at most: it becomes part of a file's name. */
  readonly id: string;
  readonly title: string;
  readonly mask: Mask;
  /** Values are counts of models, not 0 and 1. */
  readonly isCount?: boolean;
};

/** What one of several engines answered whose masks were joined. */
export type SegmentationPart = {
  /** Its id. */
  readonly engine: string;
  readonly engineVersion: string;
  readonly title: string;
  readonly preset: string;
  readonly options: readonly string[];
  readonly parameters: Segmentation['parameters'];
  readonly elapsedSeconds: number;
  /** On the DWI's own grid. */
  readonly mask: Mask;
  /** By STAPLE; null where the masks were joined otherwise. */
  readonly performance: ReaderPerformance | null;
};

/** How a mask came of several. */
export type Joined = {
  readonly rule: JoinRule;
  readonly parts: readonly SegmentationPart[];
  /** Reader n is part n. */
  readonly votes: Votes;
  /** Whether the mask holds voxels of a pattern of votes. */
  readonly isMarked: readonly boolean[];
};

export type Segmentation = {
  /** On the DWI's own grid. */
  readonly mask: Mask;
  /** Where the mask was joined of those of several engines. */
  readonly joined?: Joined;
  readonly overlays?: readonly Overlay[];
  /** Further files (.nii.gz) on grids of their own, by ids as overlays have. */
  readonly extras?: ReadonlyMap<string, Uint8Array>;
  /** How probable a lesion is at each voxel, 0–1, on the DWI's own grid: where an engine has it and was asked for it. */
  readonly probability?: Volume;
  /** The mask is what has a probability above it; absent or null where no one threshold gives the mask. */
  readonly probabilityThreshold?: number | null;
  /** The brain as the engine saw it, on the same grid; for places and for checks. */
  readonly brain: Mask | null;
  readonly warnings: readonly EngineWarning[];
  readonly quality: readonly QualityMeasure[];
  /** Every parameter that shaped the result, by name. */
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
  /** Works to cite beside those of the engine, for what was done this time. */
  readonly citations?: readonly string[];
};

export type SegmentOptions = {
  /** Aborting stops the work and rejects with JOB_CANCELLED when nothing of it runs any more, mostly within 100 ms. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** One of the engine's presets; the first is the default. */
  readonly preset?: string;
  /** Ids of those of the engine's options that are on. */
  readonly options?: readonly string[];
};

/** What is asked of an engine before it has seen the images. */
export type Wish = {
  readonly preset: string;
  readonly options: readonly string[];
  readonly hasFlair: boolean;
};

/** Whether an engine can run on this machine now; if not, why, and what to do about it. */
export type Availability =
  | { readonly usable: true }
  | { readonly usable: false; readonly reason: string; readonly cure: string };

/** Finds the infarct in a study. Each engine says plainly how good it is. */
export interface Engine {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  /** Two or three honest sentences: what it is, and how well it does. */
  readonly description: string;
  readonly presets: readonly { readonly id: string; readonly title: string; readonly description: string }[];
  /** Switches that are off unless asked for. */
  readonly options: readonly { readonly id: string; readonly title: string; readonly description: string }[];
  /** In the order in which a run goes through them. */
  readonly stages: readonly { readonly id: string; readonly title: string }[];
  /** Works to cite when its masks are used. */
  readonly citations: readonly string[];
  /** The engines that an ensemble is made of. */
  readonly parts?: readonly Engine[];
  availability(): Promise<Availability>;
  /** Refuses what can be known to fail without looking at the images. @throws AtollError STUDY_NO_FLAIR */
  check?(wish: Wish): void;
  /** Fetches what is missing to run here; only ever when somebody asks for just that. @throws AtollError ENGINE_UNAVAILABLE */
  install?(signal: AbortSignal, onLine: (line: string) => void): Promise<void>;
  /** Asked once at start: removes what a process that died left behind. */
  recover?(): Promise<void>;
  /** Told that a run is near, while its images are read still: what takes time to start may start now. */
  prepare?(): void;
  /**
   * @throws AtollError STUDY_* when the images cannot be what they claim to be, JOB_CANCELLED when aborted.
   */
  segment(study: Study, options?: SegmentOptions): Promise<Segmentation>;
}

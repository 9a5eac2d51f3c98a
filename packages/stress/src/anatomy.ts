import type { Study } from '@atoll/engines/engine';
import type { Affine, Mask, Volume } from '@atoll/volume/volume';

/** b0, DWI and ADC of one head on one grid, in the order in which its files store them. */
export type Images = {
  readonly dwi: Volume;
  readonly b0: Volume;
  /** 10⁻⁶ mm²/s, signed, as the head's file has it. */
  readonly adc: Volume;
  /** s/mm² */
  readonly bValue: number;
};

/** World millimetres to head millimetres: x to the patient's right of the mid-plane, origin in the brain's middle. */
export type HeadFrame = Affine;

/** A head ready for pasting. Masks lie on the images' own grid and were made without the engine under test. */
export type Anatomy = Images & {
  readonly id: string;
  /** Heads of one person or one scan share it: what is learned on one must not be checked on another. */
  readonly family: string;
  readonly title: string;
  /** What the stored ADC is divided by: 1000 for a file in 10⁻³ mm²/s. */
  readonly adcUnit: number;
  readonly stripped: boolean;
  /** Brain with its sulci and ventricles. */
  readonly brain: Mask;
  /** Healthy brain tissue without CSF; no known lesion and nothing within 12 mm of one. */
  readonly tissue: Mask;
  /** An infarct that was there before, or null. What is marked on or around it counts neither way. */
  readonly known: Mask | null;
  /** Known to have no lesion at all: all that is marked is false. */
  readonly healthy: boolean;
  readonly frame: HeadFrame;
};

/** Images with the truth about what was put into them. */
export type Subject = Images & {
  readonly adcUnit: number;
  readonly brain: Mask;
  /** 1, 2, … for each infarct; 0 elsewhere. */
  readonly lesions: Mask;
  readonly lesionMl: readonly number[];
  readonly known: Mask | null;
};

/** A subject as another scanner, protocol or program would have given it. */
export type Changed = {
  readonly subject: Subject;
  /** A mask of the unchanged subject on the changed one's grid. */
  readonly moved: (mask: Mask) => Mask;
};

/** What an engine is given: the ADC in the unit of the head's own file. */
export function studyOf({ dwi, adc, adcUnit }: Subject): Pick<Study, 'dwi' | 'adc'> {
  if (adcUnit === 1) return { dwi, adc };
  return { dwi, adc: { ...adc, data: adc.data.map((value) => value / adcUnit) } };
}

export function truthOf({ lesions }: Subject): Mask {
  return { ...lesions, data: lesions.data.map((label) => (label > 0 ? 1 : 0)) };
}

/** The head as it is, without anything put into it. */
export function untouched(anatomy: Anatomy): Subject {
  const lesions = { ...anatomy.brain, data: new Uint8Array(anatomy.brain.data.length) };
  return { ...anatomy, lesions, lesionMl: [] };
}

import { adcFactor, type BaseRole, greyRange, type WindowPreset } from '@atoll/pictures/grey-range';

/** How the images are shown; all of it is the reader's choice and none of it changes the result. */
export type Plane = 'axial' | 'coronal' | 'sagittal' | 'all' | 'render';

/** Values that are black and white: of an ADC map in 10⁻⁶ mm²/s, of other images in their own. */
export type GreyRange = readonly [low: number, high: number];

export type Display = {
  readonly plane: Plane;
  readonly base: BaseRole;
  readonly window: WindowPreset;
  /** Ranges that the reader set by hand, which go before the preset. */
  readonly ranges: Readonly<Partial<Record<BaseRole, GreyRange>>>;
  /** A second image beside the first, moving with it; null: none. */
  readonly beside: BaseRole | null;
  /** What has an ADC below 620·10⁻⁶ mm²/s is washed over. */
  readonly lowAdc: boolean;
  readonly mask: boolean;
  readonly outline: boolean;
  /** 0–1 */
  readonly opacity: number;
  readonly reference: boolean;
  /** Radiological: the patient's left is on the right of the image. */
  readonly radiological: boolean;
};

/** Orange and sky blue of Okabe & Ito, which colour-blind readers tell apart. */
export const maskColours = { mask: [255, 159, 28], reference: [86, 190, 255] } as const;

export function isMaskRole(role: string): role is keyof typeof maskColours {
  return Object.hasOwn(maskColours, role);
}

export const firstDisplay: Display = {
  plane: 'axial',
  base: 'dwi',
  window: 'auto',
  ranges: {},
  beside: null,
  lowAdc: false,
  mask: true,
  outline: false,
  opacity: 0.6,
  reference: false,
  radiological: true,
};

export const planeTitles: Record<Plane, string> = {
  axial: 'Axial',
  coronal: 'Coronal',
  sagittal: 'Sagittal',
  all: 'All',
  render: '3D',
};

export const baseTitles: Record<BaseRole, string> = { dwi: 'DWI', adc: 'ADC', flair: 'FLAIR' };

export const windowTitles: Record<WindowPreset, string> = {
  auto: 'Standard',
  wide: 'Wide',
  narrow: 'Narrow',
};

/**
 * Grey range of a base image, as readers are shown it: what they set by hand, or the preset's.
 * @param brightest the 98th percentile or so of the image, in the file's own unit.
 */
export function shownRange(base: BaseRole, { window, ranges }: Windowing, brightest: number): GreyRange {
  const factor = factorOf(base, brightest);
  const [low, high] = greyRange(base, window, brightest);
  return ranges[base] ?? [low * factor, high * factor];
}

/** The same in the unit of the file, in which it is drawn. */
export function drawnRange(base: BaseRole, windowing: Windowing, brightest: number): [number, number] {
  const factor = factorOf(base, brightest);
  const [low, high] = shownRange(base, windowing, brightest);
  return [low / factor, high / factor];
}

type Windowing = Pick<Display, 'window' | 'ranges'>;

function factorOf(base: BaseRole, brightest: number): number {
  return base === 'adc' ? adcFactor(brightest) : 1;
}

/**
 * A range changed by dragging, as in a PACS: to the right widens it, upwards makes the image brighter.
 * @param right, up CSS pixels.
 */
export function draggedRange([low, high]: GreyRange, right: number, up: number): GreyRange {
  const width = high - low;
  const level = (low + high) / 2 - (up / 300) * width;
  const next = width * 2 ** (right / 150);
  return [level - next / 2, level + next / 2];
}

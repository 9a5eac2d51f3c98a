/** How the images are shown; all of it is the reader's choice and none of it changes the result. */
export type Plane = 'axial' | 'coronal' | 'sagittal' | 'all' | 'render';
export type BaseRole = 'dwi' | 'adc' | 'flair';
export type WindowPreset = 'auto' | 'wide' | 'narrow';

export type Display = {
  readonly plane: Plane;
  readonly base: BaseRole;
  readonly window: WindowPreset;
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
 * Grey range of a base image. ADC has an absolute scale, in whatever unit it comes: its largest values are
 * those of CSF, about 3·10⁻³ mm²/s. DWI and FLAIR have none, and go by their own brightest voxels.
 * @param brightest the 98th percentile or so of the image.
 */
export function greyRange(base: BaseRole, preset: WindowPreset, brightest: number): [number, number] {
  if (base === 'adc') {
    const unit = brightest < 0.1 ? 1e-6 : brightest < 100 ? 1e-3 : 1;
    const range = { auto: [0, 2000], wide: [0, 3200], narrow: [200, 1200] }[preset];
    return [range[0] * unit, range[1] * unit];
  }
  const share = { auto: [0, 1.35], wide: [0, 2.2], narrow: [0.35, 1] }[preset];
  return [share[0] * brightest, share[1] * brightest];
}

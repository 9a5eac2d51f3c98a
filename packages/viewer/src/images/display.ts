import type { BaseRole, WindowPreset } from '@atoll/pictures/grey-range';

/** How the images are shown; all of it is the reader's choice and none of it changes the result. */
export type Plane = 'axial' | 'coronal' | 'sagittal' | 'all' | 'render';

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

import type { EngineWarning } from '../engine.ts';

/** Every warning that this engine gives: code, severity, and a sentence that the reader can act on. */
const catalogue = {
  ADC_UNIT_UNUSUAL: {
    severity: 'caution',
    message: 'The ADC map was in an unusual unit; it was converted to mm²/s judging by its values.',
  },
  ADC_RESCALED: {
    severity: 'caution',
    message:
      'The ADC of normal tissue lies outside 700–950·10⁻⁶ mm²/s. The map was rescaled for lesion detection; absolute ADC values in this study are unreliable.',
  },
  ADC_RESAMPLED: {
    severity: 'info',
    message: 'The ADC was on a different grid from the DWI and was resampled onto it.',
  },
  ADC_COVERAGE_PARTIAL: {
    severity: 'serious',
    message: 'The ADC map covers the brain only partly. Lesions outside it cannot be found.',
  },
  SYMMETRY_POOR: {
    severity: 'caution',
    message:
      'The two hemispheres are not very symmetrical (head tilt, distortion or a large abnormality). Comparison with the contralateral side is less reliable here.',
  },
  BRAIN_VOLUME_UNUSUAL: {
    severity: 'caution',
    message:
      'The segmented brain is unusually small or large. Check the brain outline before relying on the mask.',
  },
  COVERAGE_PARTIAL: {
    severity: 'caution',
    message: 'The field of view cuts off part of the brain. Lesions outside it are not seen.',
  },
  SLICES_THICK: {
    severity: 'info',
    message: 'Slices are 4 mm thick or more: small emboli are easily missed.',
  },
  NOT_STRIPPED: {
    severity: 'info',
    message:
      'The images are not skull-stripped. The brain was extracted by this engine; check the brain outline.',
  },
  NOISE_HIGH: {
    severity: 'caution',
    message:
      'The DWI is noisy. Faint and small lesions may be missed, and small false positives are more likely.',
  },
  PILE_UP: {
    severity: 'info',
    message:
      'Bright susceptibility artefacts near air–bone interfaces were found and excluded. A lesion next to them may be missed.',
  },
  LESION_AT_EDGE: {
    severity: 'caution',
    message: 'A lesion touches the edge of the field of view; its volume is a lower bound.',
  },
  LESION_VERY_LARGE: {
    severity: 'caution',
    message: 'More than a quarter of the brain is marked. Check that DWI and ADC are the right images.',
  },
  NO_LESION_FOUND: {
    severity: 'info',
    message:
      'No lesion was found. This engine misses small emboli, and an empty mask does not rule out a stroke.',
  },
} as const satisfies Record<string, Omit<EngineWarning, 'code'>>;

export type WarningCode = keyof typeof catalogue;

export function warning(code: WarningCode): EngineWarning {
  return { code, ...catalogue[code] };
}

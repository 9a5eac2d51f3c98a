import type { EngineWarning } from '../engine.ts';

/** Every warning that this engine gives: code, severity, and a sentence that the reader can act on. */
const catalogue = {
  ADC_UNIT_UNUSUAL: {
    severity: 'caution',
    message: 'The ADC map came in an unusual unit and was brought to mm²/s by its own values.',
  },
  ADC_RESCALED: {
    severity: 'caution',
    message:
      'The ADC of normal tissue lies outside 700–950·10⁻⁶ mm²/s. The map was rescaled for the search; absolute ADC values of this study are doubtful.',
  },
  ADC_RESAMPLED: {
    severity: 'info',
    message: 'The ADC lay on another grid than the DWI and was resampled onto it.',
  },
  ADC_COVERAGE_PARTIAL: {
    severity: 'serious',
    message: 'The ADC covers the brain only in part. Lesions outside it cannot be found.',
  },
  SYMMETRY_POOR: {
    severity: 'caution',
    message:
      'The two sides of the brain do not mirror each other well (tilt, distortion or a large abnormality). Comparison with the other side is less reliable here.',
  },
  BRAIN_VOLUME_UNUSUAL: {
    severity: 'caution',
    message: 'The brain found is unusually small or large. Check its outline before trusting the mask.',
  },
  COVERAGE_PARTIAL: {
    severity: 'caution',
    message: 'The images end within the brain. Lesions beyond the field of view are not seen.',
  },
  SLICES_THICK: {
    severity: 'info',
    message: 'Slices are 4 mm thick or more: small emboli are easily missed.',
  },
  NOT_STRIPPED: {
    severity: 'info',
    message: 'The images show the whole head. The brain was outlined by this engine; check its outline.',
  },
  NOISE_HIGH: {
    severity: 'caution',
    message: 'The DWI is noisy. Faint and small lesions may be missed, and false specks are more likely.',
  },
  PILE_UP: {
    severity: 'info',
    message:
      'Bright distortion at the borders of air and bone was found and left out. A lesion beside it may be missed.',
  },
  LESION_AT_EDGE: {
    severity: 'caution',
    message: 'A lesion touches the edge of the field of view; its volume is a lower bound.',
  },
  LESION_VERY_LARGE: {
    severity: 'caution',
    message: 'More than a quarter of the brain is marked. Check that DWI and ADC are what they claim to be.',
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

import { quantile } from '@atoll/volume/histogram';
import type { Vec3 } from '@atoll/volume/volume';
import type { EngineWarning, QualityMeasure } from '../engine.ts';
import { type WarningCode, warning } from './warnings.ts';

/** What the run found out about its input and result, from which quality figures and warnings follow. */
export type Findings = {
  readonly adcUnitFactor: number;
  readonly adcMode: number;
  readonly adcScale: number;
  readonly adcResampled: boolean;
  /** Fraction of the brain with an ADC. */
  readonly adcCoverage: number;
  readonly sigma: number;
  readonly noise: number;
  readonly mirrorCorrelation: number;
  readonly brainMl: number;
  readonly stripped: boolean;
  readonly coverageComplete: boolean;
  readonly sliceThicknessMm: number;
  readonly pileUpMl: number;
  readonly lesionMl: number;
  readonly lesionAtEdge: boolean;
};

const normal = {
  adcMode: [700, 950],
  correlation: [0.6, 1],
  brainMl: [900, 2000],
  noise: [0, 0.1],
} as const;

export function warningsOf(f: Findings): EngineWarning[] {
  const given: readonly (readonly [WarningCode, boolean])[] = [
    ['ADC_COVERAGE_PARTIAL', f.adcCoverage < 0.9],
    ['LESION_VERY_LARGE', f.lesionMl > 0.25 * f.brainMl],
    ['ADC_RESCALED', f.adcMode < normal.adcMode[0] || f.adcMode > normal.adcMode[1]],
    ['ADC_UNIT_UNUSUAL', ![1, 1000, 1e6].includes(f.adcUnitFactor)],
    ['SYMMETRY_POOR', f.mirrorCorrelation < normal.correlation[0]],
    ['BRAIN_VOLUME_UNUSUAL', f.brainMl < normal.brainMl[0] || f.brainMl > normal.brainMl[1]],
    ['COVERAGE_PARTIAL', !f.coverageComplete],
    ['NOISE_HIGH', f.noise > normal.noise[1]],
    ['LESION_AT_EDGE', f.lesionAtEdge],
    ['SLICES_THICK', f.sliceThicknessMm >= 4],
    ['NOT_STRIPPED', !f.stripped],
    ['PILE_UP', f.pileUpMl > 0.2],
    ['ADC_RESAMPLED', f.adcResampled],
    ['NO_LESION_FOUND', f.lesionMl === 0],
  ];
  return given.filter(([, applies]) => applies).map(([code]) => warning(code));
}

export function qualityOf(f: Findings): QualityMeasure[] {
  const round = (value: number, digits: number) => Number(value.toFixed(digits));
  return [
    {
      name: 'adcMode',
      label: 'Most frequent ADC in the brain',
      value: round(f.adcMode, 0),
      unit: '10⁻⁶ mm²/s',
      normalRange: normal.adcMode,
    },
    {
      name: 'adcScale',
      label: 'Factor applied to the ADC',
      value: round(f.adcScale, 3),
      unit: null,
      normalRange: [0.86, 1.17],
    },
    {
      name: 'mirrorCorrelation',
      label: 'Left–right similarity',
      value: round(f.mirrorCorrelation, 2),
      unit: null,
      normalRange: normal.correlation,
    },
    {
      name: 'brainVolume',
      label: 'Brain volume',
      value: round(f.brainMl, 0),
      unit: 'mL',
      normalRange: normal.brainMl,
    },
    {
      name: 'sigma',
      label: 'Variability of ln DWI in healthy tissue',
      value: round(f.sigma, 3),
      unit: null,
      normalRange: null,
    },
    {
      name: 'noise',
      label: 'Noise-to-signal ratio',
      value: round(f.noise, 3),
      unit: null,
      normalRange: normal.noise,
    },
    {
      name: 'skullStripped',
      label: 'Skull-stripped input',
      value: f.stripped,
      unit: null,
      normalRange: null,
    },
    {
      name: 'coverageComplete',
      label: 'Whole brain in view',
      value: f.coverageComplete,
      unit: null,
      normalRange: null,
    },
    {
      name: 'sliceThickness',
      label: 'Slice spacing',
      value: round(f.sliceThicknessMm, 2),
      unit: 'mm',
      normalRange: [0, 4],
    },
    {
      name: 'pileUp',
      label: 'Susceptibility artefact excluded',
      value: round(f.pileUpMl, 2),
      unit: 'mL',
      normalRange: null,
    },
  ];
}

/**
 * Noise-to-signal ratio: robust standard deviation of second differences of the DWI along x (which cancel
 * smooth anatomy) over tissue, divided by √6 and by the tissue's median.
 */
export function relativeNoise(dwi: Float32Array, tissue: Uint8Array): number {
  const differences = new Float32Array(dwi.length);
  const signals = new Float32Array(dwi.length);
  let count = 0;
  for (let at = 1; at < dwi.length - 1; at++) {
    if (tissue[at - 1] === 0 || tissue[at] === 0 || tissue[at + 1] === 0) continue;
    differences[count] = Math.abs(dwi[at - 1] - 2 * dwi[at] + dwi[at + 1]);
    signals[count++] = dwi[at];
  }
  if (count === 0) return 0;
  const spread = 1.4826 * quantile(differences.subarray(0, count), 0.5, true);
  return spread / Math.sqrt(6) / quantile(signals.subarray(0, count), 0.5, true);
}

/** Does the brain end within the image, below and above? A cut shows as a large first or last section. */
export function coversBrain(brain: Uint8Array, [nx, ny, nz]: Vec3): boolean {
  const areas = Array.from({ length: nz }, (_, z) => {
    let area = 0;
    for (let at = z * nx * ny; at < (z + 1) * nx * ny; at++) area += brain[at];
    return area;
  });
  const largest = Math.max(...areas);
  return areas[0] < 0.3 * largest && areas[nz - 1] < 0.3 * largest;
}

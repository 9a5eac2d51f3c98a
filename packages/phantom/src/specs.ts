import type { Vec3 } from '@atoll/volume/volume';
import { axialGrid, tilted } from './grids.ts';
import type { LesionSpec } from './lesion.ts';
import type { PhantomSpec } from './phantom.ts';

/** A phantom with what a reader is told about it. */
export type PhantomCase = {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly spec: PhantomSpec;
};

const usual = {
  anatomy: { scale: 0.95, sulciMm: 0.9, ventriclesMm: 1.2 },
  stripped: false,
  adcUnit: '1e-6 mm2/s',
  whiteLevel: 200,
  whiteSnr: 22,
  airNoise: 0.4,
  blur: 0.11,
  bias: 0.15,
  distortionMm: 9,
} as const satisfies Partial<PhantomSpec>;

/** Middle of the field of view, in head mm. */
const middle: Vec3 = [0, -17, 10];

/** The grid of ISLES'22: 112 × 112 × 73 voxels of 2 mm whose first axis goes to the patient's left. */
const islesGrid = axialGrid([112, 112, 73], [2, 2, 2], { x: 'L', y: 'A' }, middle);

/** A roundish infarct. */
function blob(centreMm: Vec3, radiiMm: Vec3, adcMm2PerS = 0.0005, b0Ratio = 1.3): LesionSpec {
  const smallest = Math.min(...radiiMm);
  return { parts: [{ centreMm, radiiMm }], roughnessMm: Math.min(3, 0.15 * smallest), adcMm2PerS, b0Ratio };
}

/** The first is the one to show to a new user. */
export const phantomCases: readonly PhantomCase[] = [
  {
    id: 'phantom-large-left',
    title: 'Phantom: one large infarct, left',
    description:
      'Synthetic head with one large infarct in the territory of the left middle cerebral artery. The first image axis points to the patient’s left. The ground-truth mask is known.',
    spec: {
      ...usual,
      seed: 8,
      grid: islesGrid,
      lesions: [
        {
          parts: [
            { centreMm: [-46, -4, 18], radiiMm: [24, 34, 25] },
            { centreMm: [-50, -30, 26], radiiMm: [17, 24, 18] },
            { centreMm: [-34, 4, 6], radiiMm: [10, 16, 12] },
          ],
          roughnessMm: 3,
          adcMm2PerS: 0.0005,
          b0Ratio: 1.35,
        },
      ],
    },
  },
  {
    id: 'phantom-emboli',
    title: 'Phantom: several small emboli, both sides',
    description:
      'Synthetic head with eight embolic infarcts of about 0.1–1 mL in both hemispheres. The first image axis points to the patient’s right; ADC in 10⁻³ mm²/s. The ground-truth mask is known.',
    spec: {
      ...usual,
      seed: 23,
      grid: axialGrid([128, 128, 60], [1.8, 1.8, 2.4], { x: 'R', y: 'A' }, middle),
      adcUnit: '1e-3 mm2/s',
      lesions: [
        blob([-30, 22, 34], [5, 6, 5]),
        blob([-44, -38, 36], [4, 4, 4]),
        blob([-26, -62, 30], [5, 4, 6]),
        blob([-27, -12, 44], [3.6, 3.6, 3.6], 0.00048),
        blob([31, 26, 28], [4, 5, 4]),
        blob([40, -44, 30], [6, 6, 5]),
        blob([24, -20, 50], [3.4, 3.4, 3.4]),
        blob([28, -74, 12], [4.5, 5, 4.5]),
      ],
    },
  },
  {
    id: 'phantom-pons',
    title: 'Phantom: small infarct in the pons',
    description:
      'Synthetic, skull-stripped brain with one infarct of 1–2 mL in the left half of the pons. The ground-truth mask is known.',
    spec: {
      ...usual,
      seed: 41,
      grid: islesGrid,
      stripped: true,
      lesions: [blob([-6, -25, -29], [5, 8, 9], 0.00052)],
    },
  },
  {
    id: 'phantom-bilateral',
    title: 'Phantom: infarcts in both hemispheres',
    description:
      'Synthetic head with two medium-sized infarcts, left frontal and right parietal, on 3 mm slices. The first two image axes point to the patient’s left and back. The ground-truth mask is known.',
    spec: {
      ...usual,
      seed: 57,
      grid: axialGrid([128, 128, 48], [1.75, 1.75, 3], { x: 'L', y: 'P' }, middle),
      lesions: [blob([-40, 24, 24], [15, 17, 15], 0.00048), blob([42, -46, 32], [17, 18, 15], 0.00053, 1.35)],
    },
  },
  {
    id: 'phantom-no-lesion',
    title: 'Phantom: no infarct',
    description:
      'Synthetic head without an infarct; the bright rims near the skull base are artefacts. The ground-truth mask is empty.',
    spec: { ...usual, seed: 77, grid: islesGrid, lesions: [] },
  },
  {
    id: 'phantom-oblique-right',
    title: 'Phantom: one infarct, right, oblique slices',
    description:
      'Synthetic head with one medium-sized infarct in the right hemisphere, on slices tilted by 18° and rotated by 13°. The ground-truth mask is known.',
    spec: {
      ...usual,
      seed: 96,
      airNoise: 1,
      grid: tilted(
        axialGrid([116, 116, 66], [2, 2, 2.3], { x: 'L', y: 'A' }, middle),
        { aboutX: 18, aboutZ: 13 },
        middle,
      ),
      lesions: [blob([44, -8, 24], [17, 22, 16], 0.00049, 1.35)],
    },
  },
  {
    id: 'phantom-thick-slices',
    title: 'Phantom: one infarct, thick slices',
    description:
      'Synthetic head with one infarct in the territory of the left posterior cerebral artery, on 5 mm slices with 0.9 mm pixels. The ground-truth mask is known.',
    spec: {
      ...usual,
      seed: 115,
      airNoise: 1,
      grid: axialGrid([256, 256, 29], [0.9, 0.9, 5], { x: 'L', y: 'P' }, middle),
      blur: 0.2,
      lesions: [blob([-18, -78, 2], [16, 24, 14], 0.00051, 1.4)],
    },
  },
  {
    id: 'phantom-deep-right',
    title: 'Phantom: deep infarct, right, ADC in mm²/s',
    description:
      'Synthetic, skull-stripped brain with one infarct of the right basal ganglia; ADC in mm²/s, as some scanners export it. The ground-truth mask is known.',
    spec: {
      ...usual,
      seed: 131,
      grid: islesGrid,
      stripped: true,
      adcUnit: 'mm2/s',
      lesions: [blob([25, 0, 10], [9, 15, 11], 0.00047)],
    },
  },
];

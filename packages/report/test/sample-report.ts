import { Report } from '@atoll/contract/report';
import type { Affine, Grid, Mask, Vec3, Volume } from '@atoll/volume/volume';

type Change = Partial<Omit<Report, 'lesions'>> & { readonly lesionCount?: number };

/** A report with so many lesions, each half as large as the one before, on the patient's left and right by turns. */
export function sampleReport({ lesionCount = 1, ...change }: Change = {}): Report {
  const lesions = Array.from({ length: lesionCount }, (_, n) => ({
    id: n + 1,
    volumeMl: 20 / (n + 1),
    side: n % 2 === 0 ? ('left' as const) : ('right' as const),
    place: 'central, middle third',
    centroidMm: [n % 2 === 0 ? -30 : 30, 0, n] as [number, number, number],
    focusMm: [n % 2 === 0 ? -30 : 30, 0, n] as [number, number, number],
    meanAdcMm2PerS: 0.00048,
    minAdcMm2PerS: 0.00031,
  }));
  return Report.parse({
    engine: 'diffusion',
    volumeMl: lesions.reduce((sum, { volumeMl }) => sum + volumeMl, 0),
    lesionCount,
    lesions,
    lowAdc: { belowMm2PerS: 0.00062, volumeMl: 12.3 },
    quality: [{ name: 'noise', label: 'Noise', value: 0.05, unit: null, normalRange: [0, 0.1] }],
    warnings: [],
    metrics: { status: 'no-reference' },
    elapsedSeconds: 2.5,
    provenance: {
      atollVersion: '0.1.0',
      engine: 'diffusion',
      engineVersion: '2.0.0',
      preset: 'balanced',
      parameters: { seedScore: 3.2 },
      inputSha256: { dwi: 'd'.repeat(64), adc: 'a'.repeat(64) },
      outputSha256: '1'.repeat(64),
      createdAt: '2026-03-02T10:20:30.000Z',
      runtime: 'Node 24.0.0',
      citations: [],
      notice: 'Research software, not a medical device.',
    },
    ...change,
  });
}

const shape: Vec3 = [32, 40, 16];
const affine: Affine = [
  [-5, 0, 0, 77.5],
  [0, 5, 0, -97.5],
  [0, 0, 6, -45],
];

/** A plain head whose left side holds a marked ball, bright on DWI; its first axis runs to the patient's left. */
export function sampleImages(): { dwi: Volume; adc: Volume; mask: Mask } {
  const grid: Grid = { shape, affine };
  const [dwi, adc] = [new Float32Array(32 * 40 * 16), new Float32Array(32 * 40 * 16)];
  const mask = new Uint8Array(dwi.length);
  for (let at = 0; at < dwi.length; at++) {
    const [i, j, k] = [at % 32, Math.floor(at / 32) % 40, Math.floor(at / 1280)];
    const [x, y, z] = [77.5 - 5 * i, 5 * j - 97.5, 6 * k - 45];
    if (Math.hypot(x / 68, y / 85, z / 60) > 1) continue;
    const isMarked = Math.hypot(x + 30, y, z) < 15;
    dwi[at] = isMarked ? 300 : 100;
    adc[at] = isMarked ? 450 : 850;
    mask[at] = isMarked ? 1 : 0;
  }
  return { dwi: { ...grid, data: dwi }, adc: { ...grid, data: adc }, mask: { ...grid, data: mask } };
}

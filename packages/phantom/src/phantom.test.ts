import { createHash } from 'node:crypto';
import { transformPoint, voxelVolumeMl } from '@atoll/volume/affine';
import { labelComponents } from '@atoll/volume/components';
import type { Grid, Mask, Vec3, Volume } from '@atoll/volume/volume';
import { beforeAll, describe, expect, it } from 'vitest';
import { axialGrid, tilted } from './grids.ts';
import { makePhantom, type PhantomSpec } from './phantom.ts';
import { phantomCases } from './specs.ts';

/** What each case is said to hold: world side of each lesion (+x is right), volume, and number of lesions. */
const promised: Record<string, { sides: readonly ('left' | 'right')[]; ml: readonly [number, number] }> = {
  'phantom-large-left': { sides: ['left'], ml: [60, 100] },
  'phantom-emboli': {
    sides: ['left', 'left', 'left', 'left', 'right', 'right', 'right', 'right'],
    ml: [2, 5],
  },
  'phantom-pons': { sides: ['left'], ml: [1, 2] },
  'phantom-bilateral': { sides: ['left', 'right'], ml: [20, 50] },
  'phantom-no-lesion': { sides: [], ml: [0, 0] },
  'phantom-oblique-right': { sides: ['right'], ml: [15, 40] },
  'phantom-thick-slices': { sides: ['left'], ml: [10, 40] },
  'phantom-deep-right': { sides: ['right'], ml: [4, 12] },
};
const micronPerUnit = { 'mm2/s': 1e6, '1e-3 mm2/s': 1e3, '1e-6 mm2/s': 1 };

describe.each(phantomCases)('$id', ({ id, spec }) => {
  const toMicron = micronPerUnit[spec.adcUnit];
  let dwi: Volume;
  let adc: Volume;
  let truth: Mask;
  beforeAll(() => {
    ({ dwi, adc, truth } = makePhantom(spec));
  });

  it('has the lesions that it promises, each on its side by the affine', () => {
    const { sides, ml } = promised[id];
    const lesions = lesionsOf(truth);
    expect(lesions.map(({ x }) => (x < 0 ? 'left' : 'right')).sort()).toEqual([...sides].sort());
    const volumeMl = lesions.reduce((sum, lesion) => sum + lesion.ml, 0);
    expect(volumeMl).toBeGreaterThanOrEqual(ml[0]);
    expect(volumeMl).toBeLessThanOrEqual(ml[1]);
    for (const lesion of lesions) expect(lesion.ml).toBeGreaterThan(0.05);
  });

  it('shows its lesions bright on DWI and dark on ADC', () => {
    if (promised[id].sides.length === 0) return;
    const tissue = typicalTissue(dwi, adc, truth, toMicron);
    const lesionDwi = median(pick(dwi, truth)) / tissue.dwi;
    const lesionAdc = median(pick(adc, truth)) * toMicron;
    expect(lesionDwi).toBeGreaterThan(1.35);
    expect(lesionDwi).toBeLessThan(2.2);
    expect(lesionAdc).toBeGreaterThan(430);
    expect(lesionAdc).toBeLessThan(600);
  });

  it('has brain tissue of normal ADC in its unit, and values that a scanner could store', () => {
    const tissue = typicalTissue(dwi, adc, truth, toMicron);
    expect(tissue.adc).toBeGreaterThan(760);
    expect(tissue.adc).toBeLessThan(860);
    const brainMl = tissue.count * voxelVolumeMl(dwi.affine);
    expect(brainMl).toBeGreaterThan(600);
    expect(brainMl).toBeLessThan(1300);
    expect(dwi.data.every((value) => Number.isInteger(value) && value >= 0 && value < 32768)).toBe(true);
    expect(adc.data.every((value) => value >= 0 && Math.fround(value * toMicron) <= 4000.5)).toBe(true);
  });

  it('is empty outside the brain exactly when it is stripped', () => {
    const zeros = dwi.data.reduce((sum, value) => sum + (value === 0 ? 1 : 0), 0) / dwi.data.length;
    if (spec.stripped) expect(zeros).toBeGreaterThan(0.6);
    else expect(zeros).toBeLessThan(0.2);
  });
});

describe('the set of phantoms', () => {
  it('covers the orientations, slices and units that have led to faults elsewhere', () => {
    const specs = phantomCases.map(({ spec }) => spec);
    const diagonal = specs.filter(({ grid }) => grid.affine[0][1] === 0 && grid.affine[1][2] === 0);
    expect(diagonal.some(({ grid }) => grid.affine[0][0] < 0 && grid.affine[1][1] > 0)).toBe(true);
    expect(diagonal.some(({ grid }) => grid.affine[0][0] > 0)).toBe(true);
    expect(diagonal.some(({ grid }) => grid.affine[1][1] < 0)).toBe(true);
    expect(diagonal.some(({ grid }) => grid.affine[2][2] === 5)).toBe(true);
    expect(diagonal.length).toBeLessThan(specs.length);
    expect(new Set(specs.map(({ adcUnit }) => adcUnit)).size).toBe(3);
    expect(new Set(specs.map(({ stripped }) => stripped)).size).toBe(2);
  });
});

describe('a phantom', () => {
  const small: PhantomSpec = {
    ...phantomCases[0].spec,
    grid: axialGrid([44, 52, 32], [4.4, 4.4, 4.6], { x: 'L', y: 'A' }, [0, -17, 10]),
  };

  it('is the same to the last bit wherever it is made', () => {
    const { dwi, adc, b0, truth } = makePhantom(small);
    const digest = createHash('sha256');
    for (const { data } of [dwi, adc, b0, truth]) {
      digest.update(Int16Array.from(data));
    }
    // If this changes, files in people's caches are out of date: count `phantomVersion` up with it.
    expect(digest.digest('hex')).toBe('f098a328358ef07e7a0bd0531741ca7245eef82eecc6c68ff1a4af8f9fce0055');
  });

  it('has its head where the grid’s affine says, however the voxels are stored', () => {
    const at: Vec3 = [0, -17, 10];
    const shape: Vec3 = [44, 52, 32];
    const spacing: Vec3 = [4.4, 4.4, 4.6];
    const straight = axialGrid(shape, spacing, { x: 'L', y: 'A' }, at);
    const grids: readonly Grid[] = [
      axialGrid(shape, spacing, { x: 'R', y: 'A' }, at),
      axialGrid(shape, spacing, { x: 'L', y: 'P' }, at),
      tilted(straight, { aboutX: 18, aboutZ: 13 }, at),
      tilted(straight, { aboutX: -15, aboutZ: -20 }, at),
    ];
    const expected = centroid(makePhantom(small).truth);
    for (const grid of grids) {
      const found = centroid(makePhantom({ ...small, grid }).truth);
      for (const axis of [0, 1, 2] as const) {
        expect(Math.abs(found[axis] - expected[axis])).toBeLessThan(1.5);
      }
    }
  });

  it('follows S = S₀·exp(−b·ADC) where there is hardly any noise', () => {
    const { dwi, adc, b0 } = makePhantom({ ...small, whiteLevel: 2000, whiteSnr: 5000, airNoise: 1 });
    let checked = 0;
    for (let at = 0; at < dwi.data.length; at++) {
      if (dwi.data[at] < 500 || adc.data[at] === 0 || adc.data[at] === 4000) continue;
      const predicted = b0.data[at] * Math.exp(-adc.data[at] / 1000);
      expect(Math.abs(predicted - dwi.data[at]) / dwi.data[at]).toBeLessThan(0.005);
      checked++;
    }
    expect(checked).toBeGreaterThan(5000);
  });

  it('has noise that is Rician and of the wanted strength', () => {
    const noisy = { ...small, airNoise: 1, stripped: false };
    const { dwi } = makePhantom(noisy);
    const sigma = noisy.whiteLevel / noisy.whiteSnr;
    // The first slices of a corner hold air: a Rayleigh distribution of mean σ·√(π/2).
    let sum = 0;
    let count = 0;
    for (let k = 0; k < 32; k++)
      for (let j = 0; j < 5; j++) for (let i = 0; i < 5; i++, count++) sum += dwi.data[i + 44 * (j + 52 * k)];
    expect(sum / count / (sigma * Math.sqrt(Math.PI / 2))).toBeGreaterThan(0.9);
    expect(sum / count / (sigma * Math.sqrt(Math.PI / 2))).toBeLessThan(1.1);
  });

  it('piles signal up near air without touching the ADC there', () => {
    const still = makePhantom({ ...small, whiteSnr: 1e6, distortionMm: 0 });
    const piled = makePhantom({ ...small, whiteSnr: 1e6, distortionMm: 12 });
    let brightest = 0;
    let adcThere = 0;
    for (let at = 0; at < still.dwi.data.length; at++) {
      const tissue = piled.adc.data[at] > 650 && piled.adc.data[at] < 1000 && still.dwi.data[at] > 150;
      const ratio = piled.dwi.data[at] / still.dwi.data[at];
      if (tissue && ratio > brightest) {
        brightest = ratio;
        adcThere = piled.adc.data[at];
      }
    }
    expect(brightest).toBeGreaterThan(1.4);
    expect(adcThere).toBeGreaterThan(650);
  });
});

/** Lesions of a mask: volume, and x of their centre in world mm. */
function lesionsOf(mask: Mask): { ml: number; x: number }[] {
  const { labels, count, sizes } = labelComponents(mask.data, mask.shape, 26);
  const sums = new Float64Array(count + 1);
  forEachVoxel(mask, (at, voxel) => {
    if (labels[at] > 0) sums[labels[at]] += transformPoint(mask.affine, voxel)[0];
  });
  const voxelMl = voxelVolumeMl(mask.affine);
  return Array.from({ length: count }, (_, n) => ({
    ml: sizes[n + 1] * voxelMl,
    x: sums[n + 1] / sizes[n + 1],
  }));
}

function centroid(mask: Mask): Vec3 {
  const sum = [0, 0, 0];
  let count = 0;
  forEachVoxel(mask, (at, voxel) => {
    if (mask.data[at] === 0) return;
    transformPoint(mask.affine, voxel).forEach((value, axis) => {
      sum[axis] += value;
    });
    count++;
  });
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}

function forEachVoxel({ shape: [nx, ny, nz] }: Grid, visit: (at: number, voxel: Vec3) => void): void {
  let at = 0;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++) for (let i = 0; i < nx; i++) visit(at++, [i, j, k]);
}

/** Medians over brain tissue outside the lesions. */
function typicalTissue(dwi: Volume, adc: Volume, truth: Mask, toMicron: number) {
  const inBrain = dwi.data.map((value, at) => {
    const micron = adc.data[at] * toMicron;
    return value > 120 && micron > 600 && micron < 1100 && truth.data[at] === 0 ? 1 : 0;
  });
  const tissue: Mask = { ...truth, data: Uint8Array.from(inBrain) };
  const dwiValues = pick(dwi, tissue);
  return { dwi: median(dwiValues), adc: median(pick(adc, tissue)) * toMicron, count: dwiValues.length };
}

function pick(volume: Volume, mask: Mask): Float32Array {
  return volume.data.filter((_, at) => mask.data[at] === 1);
}

function median(values: Float32Array): number {
  return values.toSorted()[values.length >> 1];
}

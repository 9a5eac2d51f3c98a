import { AtollError } from '@atoll/errors/error';
import { transformPoint } from '@atoll/volume/affine';
import type { Affine, Grid, Vec3 } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { MaskEditor } from './mask-editor.ts';
import { usualRegion } from './region.ts';
import { maskOfRuns } from './voxel-runs.ts';

const oblique: Affine = [
  [-1.96, 0.35, 0.1, 70],
  [0.35, 1.96, 0.2, -75],
  [-0.04, -0.2, 2.99, -60],
];
const grid: Grid = { shape: [70, 76, 40], affine: oblique };
const lesionMm = [-22, 5, 4] as const;

/** A head of one tissue with air around, one bright lesion low in ADC on the left, one bright one with a high ADC. */
function scene(scale: number) {
  const voxels = grid.shape[0] * grid.shape[1] * grid.shape[2];
  const [dwi, adc, truth] = [new Float32Array(voxels), new Float32Array(voxels), new Uint8Array(voxels)];
  let state = 1;
  const noise = () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647 - 0.5;
  };
  eachVoxel((at, voxel) => {
    const [x, y, z] = transformPoint(oblique, voxel);
    const inHead = Math.hypot(x / 65, y / 70, z / 55) < 1;
    const inLesion = Math.hypot(x - lesionMm[0], (y - lesionMm[1]) / 1.4, z - lesionMm[2]) < 12;
    const inOld = Math.hypot(x - 25, y, z) < 9;
    const coil = 1 + 0.15 * (y / 70);
    dwi[at] = scale * (inHead ? (inLesion ? 190 : inOld ? 170 : 100) * coil + 16 * noise() : 6 + 6 * noise());
    adc[at] = inHead ? (inLesion ? 480 : inOld ? 1500 : 800) + 90 * noise() : 300 * noise();
    truth[at] = inLesion ? 1 : 0;
  });
  return { dwi, adc, truth };
}

function eachVoxel(visit: (at: number, voxel: Vec3) => void): void {
  const [nx, ny, nz] = grid.shape;
  for (let k = 0, at = 0; k < nz; k++)
    for (let j = 0; j < ny; j++) for (let i = 0; i < nx; i++, at++) visit(at, [i, j, k]);
}

function voxelAt(mm: readonly number[]): Vec3 {
  let [best, least]: [Vec3, number] = [[0, 0, 0], Number.POSITIVE_INFINITY];
  eachVoxel((_, voxel) => {
    const away = Math.hypot(...transformPoint(oblique, voxel).map((each, n) => each - mm[n]));
    if (away < least) [best, least] = [voxel, away];
  });
  return best;
}

function dice(one: Uint8Array, other: Uint8Array): number {
  let [both, sum] = [0, 0];
  for (let at = 0; at < one.length; at++) {
    both += one[at] & other[at];
    sum += one[at] + other[at];
  }
  return (2 * both) / sum;
}

function editorOf({ dwi, adc }: ReturnType<typeof scene>) {
  return new MaskEditor({ ...grid, data: new Uint8Array(dwi.length) }, { dwi, adc });
}

describe('a click', () => {
  it.each([1, 37])('takes the lesion that it lands in, whatever the unit of the DWI (× %i)', (scale) => {
    const made = scene(scale);
    const editor = editorOf(made);
    const preview = editor.regionAt(voxelAt(lesionMm), usualRegion);
    expect(dice(maskOfRuns(preview, made.truth.length), made.truth)).toBeGreaterThan(0.93);
    // Only a preview.
    expect(editor.volumeMl).toBe(0);
    expect(editor.add(preview, 'Region')).toBe(true);
    expect(dice(editor.mask.data, made.truth)).toBeGreaterThan(0.93);
    editor.undo();
    expect(editor.volumeMl).toBe(0);
  });

  it('takes the same from near the edge of the lesion, and more the farther it may reach', () => {
    const editor = editorOf(scene(1));
    const near = voxelAt([lesionMm[0] + 7, lesionMm[1], lesionMm[2]]);
    const sizes = [0.2, 0.5, 0.7].map((reach) => {
      editor.undo();
      editor.add(editor.regionAt(near, { ...usualRegion, reach }), 'Region');
      return editor.volumeMl;
    });
    expect(sizes[0]).toBeLessThan(sizes[1]);
    expect(sizes[1]).toBeLessThanOrEqual(sizes[2]);
    expect(sizes[2] / sizes[1]).toBeLessThan(1.5);
  });

  it('ends where it was told to end', () => {
    const editor = editorOf(scene(1));
    const seed = voxelAt(lesionMm);
    editor.add(editor.regionAt(seed, { reach: 0.5, withinMm: 6 }), 'Region');
    const centre = transformPoint(oblique, seed);
    eachVoxel((at, voxel) => {
      if (editor.mask.data[at] === 0) return;
      const away = Math.hypot(...transformPoint(oblique, voxel).map((each, n) => each - centre[n]));
      expect(away).toBeLessThan(6.3);
    });
  });

  it('says so where nothing stands out', () => {
    const editor = editorOf(scene(1));
    const click = () => editor.regionAt(voxelAt([20, 35, 0]), usualRegion);
    expect(click).toThrow(AtollError);
    expect(click).toThrow(/does not stand out/);
  });

  it('keeps to the ranges that are set', () => {
    const made = scene(1);
    const editor = editorOf(made);
    editor.limits = { dwi: null, adc: { low: 0, high: 480 }, invert: false };
    editor.add(editor.regionAt(voxelAt(lesionMm), usualRegion), 'Region');
    expect(editor.mask.data.every((value, at) => value === 0 || made.adc[at] <= 480)).toBe(true);
  });
});

describe('lesions of an edited mask', () => {
  it('are numbered by their size, and go and stay by their numbers', () => {
    const { dwi, adc } = scene(1);
    const data = new Uint8Array(dwi.length);
    const at = (i: number, j: number, k: number) => i + 70 * (j + 76 * k);
    for (const [i, size] of [
      [5, 2],
      [20, 4],
      [40, 3],
    ])
      for (let n = 0; n < size; n++) data[at(i + n, 10, 10)] = 1;
    const editor = new MaskEditor({ ...grid, data }, { dwi, adc });
    expect([...editor.lesions.sizes]).toEqual([0, 4, 3, 2]);
    editor.deleteLesions([1]);
    expect([...editor.lesions.sizes]).toEqual([0, 3, 2]);
    editor.undo();
    editor.keepLesions([2]);
    expect([...editor.lesions.sizes]).toEqual([0, 3]);
    expect(editor.mask.data[at(41, 10, 10)]).toBe(1);
    expect(editor.deleteLesions([7])).toBe(false);
  });
});

import { compose, fromQuaternion } from '@atoll/volume/affine';
import { gzip } from '@atoll/volume/gzip';
import { parseNiftiHeader } from '@atoll/volume/nifti-header';
import { writeNifti } from '@atoll/volume/nifti-write';
import type { Affine, AffineRow, Grid, Vec3, Volume } from '@atoll/volume/volume';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readGivenMask } from './given-mask.ts';

/** 2 mm voxels of a tilted head, LAS-like. */
const affine: Affine = fromQuaternion([0.06, -0.05, 0.99], [20, -24, -18], [2, 2, 3], -1);
const dwi: Grid = { shape: [20, 22, 14], affine };
const header = parseNiftiHeader(writeNifti({ ...dwi, data: new Float32Array(20 * 22 * 14) }, 'int16'));
const marked = Uint8Array.from({ length: 20 * 22 * 14 }, (_, at) => (at % 7 === 0 || at % 11 === 3 ? 1 : 0));

/** The same voxels, with index axes in another order and direction. */
function reordered(order: readonly (0 | 1 | 2)[], flips: readonly boolean[], label = 1): Volume {
  const shape: Vec3 = [dwi.shape[order[0]], dwi.shape[order[1]], dwi.shape[order[2]]];
  const row = (axis: 0 | 1 | 2): AffineRow => {
    const n = order.indexOf(axis);
    const step = (at: number) => (at === n ? (flips[n] ? -1 : 1) : 0);
    return [step(0), step(1), step(2), flips[n] ? dwi.shape[axis] - 1 : 0];
  };
  const data = new Float32Array(marked.length);
  let at = 0;
  for (let c = 0; c < shape[2]; c++)
    for (let b = 0; b < shape[1]; b++)
      for (let a = 0; a < shape[0]; a++) {
        const voxel = [0, 0, 0];
        [a, b, c].forEach((place, n) => {
          voxel[order[n]] = flips[n] ? shape[n] - 1 - place : place;
        });
        data[at++] = label * marked[voxel[0] + 20 * (voxel[1] + 22 * voxel[2])];
      }
  return { shape, affine: compose(affine, [row(0), row(1), row(2)]), data };
}

const orders = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

const codeOf = async (mask: Volume, type: 'uint8' | 'float32' = 'float32') =>
  readGivenMask(writeNifti(mask, type), header).then(
    () => 'taken',
    (error: { code: string }) => error.code,
  );

describe('a mask from another program', () => {
  it('is brought to the order of the DWI, whatever the order of its axes, its type and its label', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...orders),
        fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
        fc.constantFrom('uint8' as const, 'int16' as const, 'float32' as const),
        fc.constantFrom(1, 3, 255),
        fc.boolean(),
        async (order, flips, type, label, isPacked) => {
          const file = writeNifti(reordered(order, flips, label), type);
          const mask = await readGivenMask(isPacked ? await gzip(file) : file, header);
          expect(mask.data).toEqual(marked);
          expect(mask.shape).toEqual(dwi.shape);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('may have an affine that was rounded, but not one that lies elsewhere', async () => {
    const mask = reordered([0, 1, 2], [false, false, false]);
    const moved = (mm: number): Volume => {
      const [[a, b, c, x], ...others] = mask.affine;
      return { ...mask, affine: [[a, b, c, x + mm], ...others] };
    };
    expect(await codeOf(moved(0.01))).toBe('taken');
    expect(await codeOf(moved(1))).toBe('MASK_GRID_DIFFERS');
    expect(await codeOf(moved(2))).toBe('MASK_GRID_DIFFERS');
  });

  it('may carry the other of the DWI’s two forms, as programs do that read that one', async () => {
    const shifted: Affine = [
      [-2, 0, 0, 30],
      [0, 2, 0, -40],
      [0, 0, 3, -20],
    ];
    const both = { ...header, sform: { code: 2, affine: shifted }, affine: shifted };
    const mask = await readGivenMask(writeNifti(reordered([2, 1, 0], [true, false, true]), 'uint8'), both);
    expect(mask.data).toEqual(marked);
    expect(mask.affine).toEqual(shifted);
  });

  it('is refused on another grid, of the same patient or not', async () => {
    const { data } = reordered([0, 1, 2], [false, false, false]);
    const [x, ...others] = affine;
    const mirrored: Affine = [[-x[0], -x[1], -x[2], -x[3]], ...others];
    expect(await codeOf({ ...dwi, affine: mirrored, data })).toBe('MASK_GRID_DIFFERS');
    expect(await codeOf({ ...dwi, shape: [22, 20, 14], data })).toBe('MASK_GRID_DIFFERS');
    const half = { shape: [20, 22, 7] as const, affine, data: data.subarray(0, 20 * 22 * 7) };
    expect(await codeOf(half)).toBe('MASK_GRID_DIFFERS');
    await expect(readGivenMask(writeNifti(half, 'uint8'), header)).rejects.toThrow(/20 × 22 × 7 voxels/);
  });

  it('is refused when it is no mask: several labels, grey values, NaN, less than nothing', async () => {
    const withValues = (...values: number[]): Volume => {
      const mask = reordered([0, 1, 2], [false, false, false]);
      mask.data.set(values, 100);
      return mask;
    };
    expect(await codeOf(withValues(1, 2))).toBe('MASK_NOT_BINARY');
    expect(await codeOf(withValues(0.4))).toBe('MASK_NOT_BINARY');
    expect(await codeOf(withValues(-1))).toBe('MASK_NOT_BINARY');
    expect(await codeOf(withValues(Number.NaN))).toBe('MASK_NOT_FINITE');
    expect(await codeOf(withValues(Number.POSITIVE_INFINITY))).toBe('MASK_NOT_FINITE');
    expect(await codeOf({ ...dwi, data: new Float32Array(marked.length) })).toBe('taken');
    await expect(readGivenMask(new Uint8Array(100), header)).rejects.toThrow(/^Mask: /);
  });
});

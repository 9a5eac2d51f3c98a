import type { Affine, Mask, Vec3 } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { pieceAt } from './pieces.ts';
import { countOfRuns, maskOfRuns } from './voxel-runs.ts';

const las: Affine = [
  [-2, 0, 0, 30],
  [0, 2, 0, -20],
  [0, 0, 5, 10],
];
const turned = Math.cos(0.3);
const oblique: Affine = [
  [2 * turned, -2 * Math.sin(0.3), 0, -12],
  [2 * Math.sin(0.3), 2 * turned, 0, 5],
  [0, 0, 5, 0],
];
const shape: Vec3 = [8, 8, 4];
const at = ([i, j, k]: Vec3) => i + 8 * (j + 8 * k);

/** Two voxels that touch by a corner, and one apart. */
function maskOn(affine: Affine): Mask {
  const data = new Uint8Array(8 * 8 * 4);
  for (const voxel of [
    [1, 1, 1],
    [2, 2, 2],
    [6, 6, 1],
  ] as const)
    data[at(voxel)] = 1;
  return { shape, affine, data };
}

function mmOf(affine: Affine, voxel: Vec3): Vec3 {
  const [x, y, z] = affine.map((row) => row[0] * voxel[0] + row[1] * voxel[1] + row[2] * voxel[2] + row[3]);
  return [x, y, z];
}

describe('the piece of a mask at a place', () => {
  it.each([
    ['LAS', las],
    ['oblique', oblique],
  ])('is what hangs together there by faces, edges and corners, on a %s grid', (_, affine) => {
    const runs = pieceAt(maskOn(affine), mmOf(affine, [2, 2, 2]));
    expect(countOfRuns(runs)).toBe(2);
    const piece = maskOfRuns(runs, 8 * 8 * 4);
    expect([piece[at([1, 1, 1])], piece[at([2, 2, 2])], piece[at([6, 6, 1])]]).toEqual([1, 1, 0]);
  });

  it('is nothing beside the mask and outside the grid', () => {
    expect(pieceAt(maskOn(las), mmOf(las, [4, 4, 1]))).toHaveLength(0);
    // Counted on along the array it would be a voxel of the next row.
    expect(pieceAt(maskOn(las), mmOf(las, [9, 0, 1]))).toHaveLength(0);
  });
});

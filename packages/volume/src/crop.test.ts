import { describe, expect, it } from 'vitest';
import { scaling, transformPoint } from './affine.ts';
import { commonBox, crop } from './crop.ts';
import type { Mask, Vec3 } from './volume.ts';

function maskOf(...voxels: Vec3[]): Mask {
  const data = new Uint8Array(5 * 6 * 7);
  for (const [i, j, k] of voxels) data[i + 5 * (j + 6 * k)] = 1;
  return { shape: [5, 6, 7], affine: scaling([-2, 3, 4], [10, 0, -8]), data };
}

describe('the box around masks', () => {
  it('holds all their voxels and no plane more', () => {
    expect(commonBox([maskOf([1, 2, 3])])).toEqual({ low: [1, 2, 3], high: [1, 2, 3] });
    expect(commonBox([maskOf([4, 0, 6]), maskOf(), maskOf([2, 5, 6])])).toEqual({
      low: [2, 0, 6],
      high: [4, 5, 6],
    });
  });

  it('is none when all are empty', () => {
    expect(commonBox([maskOf(), maskOf()])).toBe(null);
  });
});

describe('a cropped mask', () => {
  it('has the voxels of the box, at their place in the world', () => {
    const mask = maskOf([1, 2, 3], [3, 3, 5]);
    const cropped = crop(mask, { low: [1, 2, 3], high: [3, 3, 5] });
    expect(cropped.shape).toEqual([3, 2, 3]);
    expect([...cropped.data].flatMap((value, at) => (value ? [at] : []))).toEqual([0, 17]);
    expect(transformPoint(cropped.affine, [2, 1, 2])).toEqual(transformPoint(mask.affine, [3, 3, 5]));
  });
});

import type { Mask } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { LesionFrequency } from './frequency.ts';
import { mniGrid } from './mni.ts';

function marked(...voxels: number[]): Mask {
  const data = new Uint8Array(mniGrid.shape[0] * mniGrid.shape[1] * mniGrid.shape[2]);
  for (const at of voxels) data[at] = 1;
  return { ...mniGrid, data };
}

describe('the frequency of lesions in a cohort', () => {
  it('is the percentage of patients in whom a voxel is marked, those without a lesion included', () => {
    const frequency = new LesionFrequency();
    for (const mask of [marked(10, 20), marked(20), marked(20, 30), marked()]) frequency.add(mask);
    const { data } = frequency.percent();
    expect([data[0], data[10], data[20], data[30]]).toEqual([0, 25, 75, 25]);
    expect([frequency.patients, frequency.most]).toEqual([4, 3]);
  });

  it('takes no mask of another space', () => {
    const small: Mask = { shape: [2, 2, 2], affine: mniGrid.affine, data: new Uint8Array(8) };
    expect(() => new LesionFrequency().add(small)).toThrow(
      expect.objectContaining({ code: 'IMAGE_GRIDS_DIFFER' }),
    );
  });
});

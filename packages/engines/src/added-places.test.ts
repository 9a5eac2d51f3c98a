import { AtollError } from '@atoll/errors/error';
import { sameGrid } from '@atoll/volume/affine';
import { readNifti, readNiftiMask } from '@atoll/volume/nifti-read';
import { writeNiftiMask } from '@atoll/volume/nifti-write';
import type { Mask } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { lasGrid, makeHead, obliqueGrid } from '../test/head.ts';
import { addPlaces } from './added-places.ts';

const balls = [
  { centreMm: [-36, 10, 8], radiusMm: 12 },
  { centreMm: [38, -20, 12], radiusMm: 10 },
  { centreMm: [30, 30, 20], radiusMm: 8 },
] as const;
const maskOf = (grid: typeof lasGrid, ...at: number[]): Mask =>
  makeHead(
    grid,
    at.map((n) => balls[n]),
  ).truth;
const voxels = ({ data }: Mask) => data.reduce((sum, value) => sum + value, 0);

describe('a mask with places of the second look', () => {
  it.each([
    ['LAS', lasGrid],
    ['oblique', obliqueGrid],
  ])('holds those that were added and no others, on a %s grid', async (_, grid) => {
    const [mask, missed] = [maskOf(grid, 0), maskOf(grid, 1, 2)];
    const added = await addPlaces(writeNiftiMask(mask), writeNiftiMask(missed), [
      { focusMm: balls[1].centreMm },
    ]);
    expect((await readNiftiMask(added)).data).toEqual(maskOf(grid, 0, 1).data);
    expect(sameGrid(await readNifti(added), mask)).toBe(true);
    const none = await readNiftiMask(await addPlaces(writeNiftiMask(mask), writeNiftiMask(missed), []));
    expect(voxels(none)).toBe(voxels(mask));
  });

  it('is refused where the two lie on different grids', async () => {
    const adding = addPlaces(writeNiftiMask(maskOf(lasGrid, 0)), writeNiftiMask(maskOf(obliqueGrid, 1)), []);
    await expect(adding).rejects.toThrow(AtollError);
  });
});

import { orientationOf } from '@atoll/volume/orientation';
import type { Affine, Vec3 } from '@atoll/volume/volume';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smallGrids, someVoxels } from '../test/small-grid.ts';
import { fillBetweenSlices } from './between-slices.ts';
import { fillHoles } from './holes.ts';
import { type Axis, axesWithin, axisAcross } from './plane.ts';

const shape: Vec3 = [24, 24, 24];
const axes = [0, 1, 2] as const;

/** Discs of a radius in voxels, each in a slice across an axis around a place in it. */
function discs(
  axis: Axis,
  discs: readonly { slice: number; at: readonly [number, number]; radius: number }[],
): Uint8Array {
  const mask = new Uint8Array(24 ** 3);
  const [u, v] = axesWithin(axis);
  for (let k = 0, n = 0; k < 24; k++)
    for (let j = 0; j < 24; j++)
      for (let i = 0; i < 24; i++, n++) {
        const place = [i, j, k];
        mask[n] = discs.some(
          ({ slice, at, radius }) =>
            place[axis] === slice && Math.hypot(place[u] - at[0], place[v] - at[1]) <= radius,
        )
          ? 1
          : 0;
      }
  return mask;
}

const count = (mask: Uint8Array) => mask.reduce((sum, value) => sum + value, 0);

describe('filling between slices', () => {
  it.each(axes)('gives what lies between two equal slices the same shape, across axis %i', (axis) => {
    const painted = discs(axis, [
      { slice: 5, at: [10, 12], radius: 4 },
      { slice: 9, at: [10, 12], radius: 4 },
    ]);
    const whole = discs(
      axis,
      [5, 6, 7, 8, 9].map((slice) => ({ slice, at: [10, 12], radius: 4 })),
    );
    expect(fillBetweenSlices(painted, shape, [1, 1, 1], axis)).toEqual(whole);
  });

  it('tapers from a large slice to a small one, and follows what is tilted', () => {
    const filled = fillBetweenSlices(
      discs(2, [
        { slice: 4, at: [9, 9], radius: 6 },
        { slice: 8, at: [13, 9], radius: 2 },
      ]),
      shape,
      [1, 1, 1],
      2,
    );
    const wanted = discs(2, [
      { slice: 4, at: [9, 9], radius: 6 },
      { slice: 5, at: [10, 9], radius: 5 },
      { slice: 6, at: [11, 9], radius: 4 },
      { slice: 7, at: [12, 9], radius: 3 },
      { slice: 8, at: [13, 9], radius: 2 },
    ]);
    const differing = filled.filter((value, at) => value !== wanted[at]).length;
    expect(differing / count(wanted)).toBeLessThan(0.12);
  });

  it('fills the gap of one lesion also where another one goes through all slices', () => {
    const other = [4, 5, 6, 7, 8].map((slice) => ({ slice, at: [4, 4] as const, radius: 2 }));
    const filled = fillBetweenSlices(
      discs(2, [...other, { slice: 4, at: [16, 16], radius: 3 }, { slice: 8, at: [16, 16], radius: 3 }]),
      shape,
      [1, 1, 1],
      2,
    );
    const between = [4, 5, 6, 7, 8].map((slice) => ({ slice, at: [16, 16] as const, radius: 3 }));
    expect(filled).toEqual(discs(2, [...other, ...between]));
  });

  it('joins neither lesions side by side nor slices that are far apart', () => {
    const beside = discs(2, [
      { slice: 4, at: [5, 5], radius: 3 },
      { slice: 9, at: [17, 17], radius: 3 },
    ]);
    expect(fillBetweenSlices(beside, shape, [1, 1, 1], 2)).toEqual(beside);
    const far = discs(2, [
      { slice: 2, at: [10, 10], radius: 3 },
      { slice: 20, at: [10, 10], radius: 3 },
    ]);
    expect(fillBetweenSlices(far, shape, [1, 1, 5], 2)).toEqual(far);
  });

  it('takes nothing away', () => {
    const cases = smallGrids.chain((grid) =>
      fc.record({ grid: fc.constant(grid), mask: someVoxels(grid), axis: fc.constantFrom(...axes) }),
    );
    fc.assert(
      fc.property(cases, ({ grid, mask, axis }) => {
        const once = fillBetweenSlices(mask, grid.shape, [1, 1, 1], axis);
        expect(mask.every((value, at) => value <= once[at])).toBe(true);
      }),
    );
  });
});

describe('filling holes', () => {
  it.each(axes)('fills what slices across axis %i enclose, and leaves what is open', (axis) => {
    const ring = discs(axis, [{ slice: 6, at: [10, 10], radius: 5 }]);
    const hole = discs(axis, [{ slice: 6, at: [10, 10], radius: 2 }]);
    const holed = ring.map((value, at) => (hole[at] === 1 ? 0 : value));
    expect(fillHoles(holed, shape, axis)).toEqual(ring);
    const cut = discs(axis, [{ slice: 6, at: [10, 16], radius: 5 }]);
    const open = holed.map((value, at) => (cut[at] === 1 ? 0 : value));
    expect(fillHoles(open, shape, axis)).toEqual(open);
  });
});

describe('a plane', () => {
  it('has slices along the index axis that runs closest to its normal, on grids turned anyhow', () => {
    fc.assert(
      fc.property(smallGrids, ({ affine }) => {
        const planes = (['sagittal', 'coronal', 'axial'] as const).map((plane) => axisAcross(affine, plane));
        expect(planes).toEqual([...orientationOf(affine).axis]);
        expect(new Set(planes).size).toBe(3);
      }),
    );
    const posteriorSuperiorRight: Affine = [
      [0, 0, 2, 0],
      [-2, 0, 0, 0],
      [0, 2, 0, 0],
    ];
    expect(axisAcross(posteriorSuperiorRight, 'axial')).toBe(1);
    expect(axisAcross(posteriorSuperiorRight, 'coronal')).toBe(0);
    expect(axisAcross(posteriorSuperiorRight, 'sagittal')).toBe(2);
  });
});

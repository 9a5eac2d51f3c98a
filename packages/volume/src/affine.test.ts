import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { affines, quaternions, rotatedAffines, spacings } from '../test/arbitrary-grid.ts';
import {
  compose,
  determinant,
  fromQuaternion,
  invert,
  isUsable,
  sameGrid,
  scaling,
  spacingMm,
  toQuaternion,
  transformPoint,
  voxelVolumeMl,
} from './affine.ts';
import type { Affine, Vec3 } from './volume.ts';

const points = fc.tuple(fc.integer({ min: -50, max: 300 }), fc.nat(300), fc.nat(300));

function expectClose(actual: Affine | Vec3, expected: Affine | Vec3, within = 1e-6): void {
  const flat = expected.flat();
  actual.flat().forEach((value, i) => {
    expect(Math.abs(value - flat[i])).toBeLessThan(within);
  });
}

/** What ISLES'22 has: first axis to the left. */
const las: Affine = [
  [-2, 0, 0, 110],
  [0, 2, 0, -112],
  [0, 0, 2, -53],
];

describe('an affine', () => {
  it('takes voxels to where they are: here, to the left with the first index', () => {
    expect(transformPoint(las, [0, 0, 0])).toEqual([110, -112, -53]);
    expect(transformPoint(las, [100, 50, 10])).toEqual([-90, -12, -33]);
    expect(determinant(las)).toBe(-8);
  });

  it('is undone by its inverse', () => {
    fc.assert(
      fc.property(affines, points, (affine, voxel) => {
        expectClose(transformPoint(invert(affine), transformPoint(affine, voxel)), voxel);
        expectClose(compose(affine, invert(affine)), scaling([1, 1, 1]));
      }),
    );
  });

  it('composes: inner first', () => {
    fc.assert(
      fc.property(affines, affines, points, (outer, inner, point) => {
        const byHand = transformPoint(outer, transformPoint(inner, point));
        expectClose(transformPoint(compose(outer, inner), point), byHand);
      }),
    );
  });

  it('knows its spacing and the volume of a voxel, however it is turned', () => {
    fc.assert(
      fc.property(quaternions, spacings, fc.constantFrom(1 as const, -1 as const), (q, spacing, qfac) => {
        const affine = fromQuaternion(q, [1, 2, 3], spacing, qfac);
        expectClose(spacingMm(affine), spacing);
        expect(voxelVolumeMl(affine)).toBeCloseTo((spacing[0] * spacing[1] * spacing[2]) / 1000, 9);
        expect(Math.sign(determinant(affine))).toBe(qfac);
      }),
    );
  });

  it('has a volume that shear makes smaller than the product of its spacings', () => {
    const sheared: Affine = [
      [1, 1, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
    ];
    expect(voxelVolumeMl(sheared)).toBeCloseTo(0.001, 12);
  });

  it('is usable when it is finite and spans space', () => {
    fc.assert(fc.property(affines, isUsable));
    expect(isUsable(scaling([1e-3, 1e-3, 1e-3]))).toBe(true);
    for (const bad of [0, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(isUsable(scaling([1, bad, 1]))).toBe(false);
    }
    expect(isUsable(scaling([1, 1, 1], [0, Number.NaN, 0]))).toBe(false);
    const flat: Affine = [
      [1, 1, 0, 0],
      [1, 1, 1e-9, 0],
      [0, 0, 1, 0],
    ];
    expect(isUsable(flat)).toBe(false);
  });
});

describe('a quaternion', () => {
  it('describes every affine without shear, also turns by 180°', () => {
    fc.assert(
      fc.property(rotatedAffines, (affine) => {
        const q = toQuaternion(affine);
        if (q === null) throw new Error('no shear here');
        expectClose(fromQuaternion(q.quaternion, q.offset, q.spacing, q.qfac), affine, 1e-4);
      }),
    );
  });

  it('cannot describe shear', () => {
    expect(toQuaternion(compose(las, [[1, 0.1, 0, 0], scaling([1, 1, 1])[1], scaling([1, 1, 1])[2]]))).toBe(
      null,
    );
  });

  it('of a mirrored grid is a rotation with the third axis reversed, as nifti1.h has it', () => {
    const q = toQuaternion(las);
    expect(q?.qfac).toBe(-1);
    expect(q?.quaternion.map(Math.abs)).toEqual([0, 1, 0]);
  });

  it('whose vector part was rounded past one is taken for a turn by 180°', () => {
    const affine = fromQuaternion([0, Math.fround(1) + 1e-7, 0], [0, 0, 0], [2, 2, 2], 1);
    expectClose(affine, [
      [-2, 0, 0, 0],
      [0, 2, 0, 0],
      [0, 0, -2, 0],
    ]);
  });
});

describe('two grids', () => {
  const grid = { shape: [112, 112, 73] as const, affine: las };

  it('are the same when their corners meet', () => {
    const rounded = compose(las, [[1 + 1e-6, 0, 0, 1e-3], scaling([1, 1, 1])[1], scaling([1, 1, 1])[2]]);
    expect(sameGrid(grid, { ...grid, affine: rounded })).toBe(true);
  });

  it('differ by shape, shift, flip, slight turn, or numbers that are none', () => {
    expect(sameGrid(grid, { ...grid, shape: [112, 112, 72] })).toBe(false);
    expect(sameGrid(grid, { ...grid, affine: compose(las, scaling([1, 1, 1], [0, 0, 0.02])) })).toBe(false);
    expect(sameGrid(grid, { ...grid, affine: compose(las, scaling([-1, 1, 1], [111, 0, 0])) })).toBe(false);
    expect(sameGrid(grid, { ...grid, affine: compose(las, scaling([1, 1, 1.001])) })).toBe(false);
    expect(sameGrid(grid, { ...grid, affine: scaling([Number.NaN, 1, 1]) })).toBe(false);
  });
});

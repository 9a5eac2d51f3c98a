import { compose, fromQuaternion } from '@atoll/volume/affine';
import type { Affine, Vec3 } from '@atoll/volume/volume';
import fc from 'fast-check';

const real = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** Unit quaternions, by their vector part, with turns by 180° among them. */
export const quaternions: fc.Arbitrary<Vec3> = fc
  .tuple(fc.oneof(fc.constant(0), real(0, 1)), real(-1, 1), real(-1, 1), real(-1, 1))
  .filter((q) => Math.hypot(...q) > 0.1)
  .map(([a, b, c, d]) => {
    const norm = Math.hypot(a, b, c, d);
    return [b / norm, c / norm, d / norm];
  });

export const spacings: fc.Arbitrary<Vec3> = fc.tuple(real(0.3, 8), real(0.3, 8), real(0.3, 8));

/** A place in the world with axes turned anyhow, mirrored or not; no shear. */
export const rotatedAffines: fc.Arbitrary<Affine> = fc
  .tuple(
    quaternions,
    fc.tuple(real(-200, 200), real(-200, 200), real(-200, 200)),
    spacings,
    fc.constantFrom(1 as const, -1 as const),
  )
  .map((parts) => fromQuaternion(...parts));

/** The same with some shear. */
export const affines: fc.Arbitrary<Affine> = fc
  .tuple(rotatedAffines, real(-0.3, 0.3), real(-0.3, 0.3), real(-0.3, 0.3))
  .map(([affine, p, q, r]) =>
    compose(affine, [
      [1, p, q, 0],
      [0, 1, r, 0],
      [0, 0, 1, 0],
    ]),
  );

/** All 48 ways in which index axes can run along the world's, by their signed permutation. */
export const axisOrders: readonly (readonly [
  order: readonly [0 | 1 | 2, 0 | 1 | 2, 0 | 1 | 2],
  signs: Vec3,
])[] = (
  [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ] as const
).flatMap((order) =>
  [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => {
    const signs: Vec3 = [bits & 1 ? -1 : 1, bits & 2 ? -1 : 1, bits & 4 ? -1 : 1];
    return [order, signs] as const;
  }),
);

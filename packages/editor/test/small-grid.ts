import { fromQuaternion } from '@atoll/volume/affine';
import type { Affine, Grid, Vec3 } from '@atoll/volume/volume';
import fc from 'fast-check';

/** Grids of a few hundred voxels, turned anyhow, mirrored or not, with any spacing that images have. */
export const smallGrids: fc.Arbitrary<Grid> = fc
  .record({
    shape: fc.tuple(
      fc.integer({ min: 3, max: 12 }),
      fc.integer({ min: 3, max: 12 }),
      fc.integer({ min: 2, max: 9 }),
    ),
    turn: fc.tuple(...[0, 1, 2, 3].map(() => fc.double({ min: -1, max: 1, noNaN: true }))),
    spacing: fc.tuple(...[0, 1, 2].map(() => fc.double({ min: 0.5, max: 6, noNaN: true }))),
    isMirrored: fc.boolean(),
  })
  .filter(({ turn }) => Math.hypot(...turn) > 0.1)
  .map(({ shape, turn, spacing, isMirrored }) => ({
    shape,
    affine: turned(turn, [spacing[0], spacing[1], spacing[2]], isMirrored ? -1 : 1),
  }));

function turned([a, b, c, d]: readonly number[], spacing: Vec3, qfac: 1 | -1): Affine {
  const norm = Math.hypot(a, b, c, d) * (a < 0 ? -1 : 1);
  return fromQuaternion([b / norm, c / norm, d / norm], [-20, 10, 30], spacing, qfac);
}

/** A mask of a grid, as so many of its voxels by chance. */
export function someVoxels({ shape }: Grid): fc.Arbitrary<Uint8Array> {
  const length = shape[0] * shape[1] * shape[2];
  return fc
    .uint8Array({ minLength: length, maxLength: length })
    .map((bytes) => bytes.map((byte) => (byte < 90 ? 1 : 0)));
}

/** An intensity for each voxel, some of them unknown. */
export function someIntensities({ shape }: Grid): fc.Arbitrary<Float32Array> {
  const length = shape[0] * shape[1] * shape[2];
  return fc
    .uint8Array({ minLength: length, maxLength: length })
    .map((bytes) => Float32Array.from(bytes, (byte) => (byte < 10 ? Number.NaN : byte)));
}

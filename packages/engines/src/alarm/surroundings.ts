import { scaling } from '@atoll/volume/affine';
import { smoothGaussian } from '@atoll/volume/gaussian';
import { resampleLinear } from '@atoll/volume/resample';
import type { Vec3 } from '@atoll/volume/volume';
import type { Coarse } from './coarse.ts';

/** How far healthy tissue speaks for what is around it: σ of a Gaussian. */
const reachMm = 18;
/** The mean is so smooth that a grid of this spacing holds all of it. */
const sampleMm = 8;
/** Where less healthy tissue than this is near, the brain's typical value takes over. */
const leastWeight = 0.02;

/**
 * Gaussian mean of a value around each block, over the blocks of `mask` alone, held towards `typical` where they
 * are far, as in the middle of a large infarct.
 */
export function meanAround(
  values: Float32Array,
  mask: Uint8Array,
  typical: number,
  { shape, spacingMm }: Pick<Coarse, 'shape' | 'spacingMm'>,
): Float32Array {
  const step = spacingMm.map((spacing, axis) =>
    Math.max(1, Math.min(shape[axis], Math.round(sampleMm / spacing))),
  );
  const size: Vec3 = [
    Math.ceil(shape[0] / step[0]),
    Math.ceil(shape[1] / step[1]),
    Math.ceil(shape[2] / step[2]),
  ];
  const spacing: Vec3 = [spacingMm[0] * step[0], spacingMm[1] * step[1], spacingMm[2] * step[2]];
  const sums = new Float32Array(size[0] * size[1] * size[2]);
  const weights = new Float32Array(sums.length);
  const [nx, ny, nz] = shape;
  const share = 1 / (step[0] * step[1] * step[2]);
  for (let z = 0, at = 0; z < nz; z++)
    for (let y = 0; y < ny; y++) {
      const row = size[0] * (Math.floor(y / step[1]) + size[1] * Math.floor(z / step[2]));
      for (let x = 0; x < nx; x++, at++) {
        if (mask[at] === 0) continue;
        const to = row + Math.floor(x / step[0]);
        sums[to] += share * (values[at] - typical);
        weights[to] += share;
      }
    }
  smoothGaussian(sums, size, spacing, reachMm, sums);
  smoothGaussian(weights, size, spacing, reachMm, weights);
  for (let at = 0; at < sums.length; at++) sums[at] = typical + sums[at] / (weights[at] + leastWeight);
  const middle = (axis: number) => (spacingMm[axis] * (step[axis] - 1)) / 2;
  const sampled = {
    shape: size,
    affine: scaling(spacing, [middle(0), middle(1), middle(2)]),
    data: sums,
  };
  return resampleLinear(sampled, { shape, affine: scaling(spacingMm) }, typical).data;
}

import { quantile } from '@atoll/volume/histogram';
import type { Vec3 } from '@atoll/volume/volume';
import { type Blocks, blockCount, blocksOf, columnsOf, eachRow } from './blocks.ts';

/** A whole head on blocks of about 3 mm, before anything is known of it. ADC in 10⁻⁶ mm²/s. */
export type HeadBlocks = {
  readonly blocks: Blocks;
  /** Mean DWI over the whole block. */
  readonly signal: Float32Array;
  /** Mean ADC over the voxels that have one, signed: in air and bone noise lies on both sides of zero. */
  readonly adc: Float32Array;
  /** Standard deviation of the ADC over its mean: brain is smooth, noise is rough; Infinity where there is none. */
  readonly roughness: Float32Array;
  /** Fraction of the block with any signal. */
  readonly present: Float32Array;
  /** A low bar that air stays below: a tenth of the brightest blocks' signal. */
  readonly floor: number;
};

/** Fewer voxels than this tell no spread: their neighbours in the finest plane are asked as well. */
const leastVoxels = 4;

export function headBlocks(dwi: Float32Array, adc: Float32Array, shape: Vec3, spacingMm: Vec3): HeadBlocks {
  const blocks = blocksOf(shape, spacingMm, 3);
  const zeros = () => new Float32Array(blockCount(blocks));
  const [signal, present, count, sum, sumOfSquares] = [zeros(), zeros(), zeros(), zeros(), zeros()];
  const column = columnsOf(shape, blocks);
  eachRow(shape, blocks, (start, block) => {
    for (let x = 0; x < shape[0]; x++) {
      const to = block + column[x];
      const value = dwi[start + x];
      signal[to] += value;
      if (!(value > 0)) continue;
      present[to]++;
      const diffusion = adc[start + x];
      // Zero is what scanners write where they give no ADC.
      if (diffusion === 0) continue;
      count[to]++;
      sum[to] += diffusion;
      sumOfSquares[to] += Math.fround(diffusion * diffusion);
    }
  });
  const whole = blocks.factor[0] * blocks.factor[1] * blocks.factor[2];
  const means = new Float32Array(blockCount(blocks));
  for (let at = 0; at < means.length; at++) {
    means[at] = count[at] > 0 ? sum[at] / count[at] : 0;
    signal[at] /= whole;
    present[at] /= whole;
  }
  if (whole < leastVoxels) for (const sums of [count, sum, sumOfSquares]) poolInPlane(sums, blocks);
  const roughness = new Float32Array(means.length).fill(Number.POSITIVE_INFINITY);
  for (let at = 0; at < means.length; at++) {
    if (count[at] < Math.min(leastVoxels, whole + 1)) continue;
    const mean = sum[at] / count[at];
    const variance = Math.max(0, sumOfSquares[at] / count[at] - mean * mean);
    if (mean > 0) roughness[at] = Math.sqrt(variance) / mean;
  }
  return { blocks, signal, adc: means, roughness, present, floor: 0.1 * quantile(signal, 0.99) };
}

/** Replaces each sum by that over 3 × 3 blocks in the plane of the two finest axes. */
function poolInPlane(sums: Float32Array, { shape, spacingMm }: Blocks): void {
  const coarsest = [0, 1, 2].reduce((worst, axis) => (spacingMm[axis] > spacingMm[worst] ? axis : worst), 2);
  const strides = [1, shape[0], shape[0] * shape[1]];
  for (let axis = 0; axis < 3; axis++) {
    if (axis === coarsest) continue;
    const before = sums.slice();
    const stride = strides[axis];
    const length = shape[axis];
    for (let at = 0; at < sums.length; at++) {
      const place = Math.floor(at / stride) % length;
      if (place > 0) sums[at] += before[at - stride];
      if (place < length - 1) sums[at] += before[at + stride];
    }
  }
}

import { smoothGaussian } from '@atoll/volume/gaussian';
import type { Vec3 } from '@atoll/volume/volume';
import { type Blocks, blockMeans, blocksOf } from './blocks.ts';

/** Grey and white matter that is neither infarct nor CSF, in 10⁻⁶ mm²/s (843 ± 60: Nagesh 1998). */
const healthyAdc = { low: 600, high: 1000 };
/** Any tissue: below lies artefact, above mostly CSF. */
const tissueAdc = { low: 150, high: 1100 };
/** Blocks with less tissue than this are not asked. */
const leastFilled = 0.05;

/** The brain on blocks of about 4 mm, each a mean over one kind of tissue and how much of it there is. */
export type TissueBlocks = {
  readonly blocks: Blocks;
  readonly healthyLog: Float32Array;
  readonly healthyFilled: Float32Array;
  readonly log: Float32Array;
  readonly adc: Float32Array;
  readonly filled: Float32Array;
};

export function collectTissue(
  logSignal: Float32Array,
  adc: Float32Array,
  brain: Uint8Array,
  shape: Vec3,
  spacingMm: Vec3,
): TissueBlocks {
  const blocks = blocksOf(shape, spacingMm, 4);
  const healthy = select(adc, brain, healthyAdc);
  const tissue = select(adc, brain, tissueAdc);
  const bright = blockMeans(logSignal, healthy, shape, blocks);
  const log = blockMeans(logSignal, tissue, shape, blocks);
  const diffusion = blockMeans(adc, tissue, shape, blocks);
  return {
    blocks,
    healthyLog: bright.means,
    healthyFilled: bright.filled,
    log: log.means,
    adc: diffusion.means,
    filled: log.filled,
  };
}

/** Voxels of the brain that count as healthy by their ADC. */
export function healthyVoxels(adc: Float32Array, brain: Uint8Array): Uint8Array {
  return select(adc, brain, healthyAdc);
}

function select(adc: Float32Array, brain: Uint8Array, range: { low: number; high: number }): Uint8Array {
  const mask = new Uint8Array(adc.length);
  for (let at = 0; at < adc.length; at++)
    if (brain[at] !== 0 && adc[at] > range.low && adc[at] < range.high) mask[at] = 1;
  return mask;
}

/** Mean of block values over the tissue within a Gaussian of `sigmaMm`; `empty` where there is hardly any. */
export function averageTissue(
  values: Float32Array,
  { filled, blocks }: TissueBlocks,
  sigmaMm: number,
  empty: number,
): Float32Array {
  const sums = values.map((value, at) => value * filled[at]);
  smoothGaussian(sums, blocks.shape, blocks.spacingMm, sigmaMm, sums);
  const weights = smoothGaussian(filled, blocks.shape, blocks.spacingMm, sigmaMm);
  return sums.map((sum, at) => (weights[at] > leastFilled ? sum / weights[at] : empty));
}

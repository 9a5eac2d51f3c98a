import { labelComponents } from '@atoll/volume/components';
import { smoothGaussian } from '@atoll/volume/gaussian';
import { quantile } from '@atoll/volume/histogram';
import { close, dilate, erode, fillHolesBySlice } from '@atoll/volume/morphology';
import type { Vec3 } from '@atoll/volume/volume';
import { type Blocks, blockSums, blocksOf, spreadMask } from './blocks.ts';
import { gather, ofLabels } from './labels.ts';

export type Brain = {
  readonly mask: Uint8Array;
  readonly volumeMl: number;
  /** The images came without scalp and skull. */
  readonly stripped: boolean;
  /** The brain with its sulci and ventricles closed, on coarse blocks: for the distance from its surface. */
  readonly hull: Uint8Array;
  readonly blocks: Blocks;
};

/** ADC of healthy grey and white matter, in 10⁻⁶ mm²/s (843 ± 60: Nagesh 1998), with room on both sides. */
const healthyAdc = { low: 650, high: 1050 };
/** ADC of anything that can be brain: the deepest infarct to tissue half filled with CSF. */
const tissueAdc = { low: 150, high: 2200 };

/**
 * The brain in a trace DWI, with or without the head around it. Works on blocks of about 3 mm: tissue is
 * what is brighter than half of its own axial level's typical tissue (receive coils make levels differ by
 * more than a factor of two); the largest piece that survives 4 mm of erosion is the brain, which then grows
 * back and is closed over sulci and ventricles. Typical tissue is a median over voxels with the ADC of
 * healthy tissue, so that a large bright infarct does not raise it (Otsu's threshold would return the
 * infarct itself). null when nothing like a brain is there.
 */
export function findBrain(dwi: Float32Array, adc: Float32Array, shape: Vec3, spacingMm: Vec3): Brain | null {
  const blocks = blocksOf(shape, spacingMm, 3);
  const coarse = coarseBrain(dwi, adc, shape, blocks);
  if (coarse === null) return null;
  const stripped = isStripped(coarse.present, coarse.hull, blocks);
  const mask = stripped
    ? fillHolesBySlice(presence(dwi), shape)
    : refine(dwi, coarse, shape, spacingMm, blocks);
  const voxelMl = (spacingMm[0] * spacingMm[1] * spacingMm[2]) / 1000;
  let count = 0;
  for (let at = 0; at < mask.length; at++) count += mask[at];
  if (count * voxelMl < 0.5) return null;
  return { mask, volumeMl: count * voxelMl, stripped, hull: coarse.hull, blocks };
}

type CoarseBrain = {
  readonly hull: Uint8Array;
  /** Fraction of each block with any signal. */
  readonly present: Float32Array;
  /** Typical signal of healthy tissue at each axial level of the blocks. */
  readonly levels: Float64Array;
};

function coarseBrain(dwi: Float32Array, adc: Float32Array, shape: Vec3, blocks: Blocks): CoarseBrain | null {
  const whole = blocks.factor[0] * blocks.factor[1] * blocks.factor[2];
  const signal = blockSums(dwi, shape, blocks).map((sum) => sum / whole);
  const present = blockSums(presence(dwi), shape, blocks);
  const diffusion = blockSums(adc, shape, blocks).map((sum, at) => sum / Math.max(1, present[at]));
  for (let at = 0; at < present.length; at++) present[at] /= whole;
  const levels = tissueLevels(signal, diffusion, blocks);
  if (levels === null) return null;
  const plane = blocks.shape[0] * blocks.shape[1];
  const brighterThan = (fraction: number) => {
    const mask = new Uint8Array(signal.length);
    for (let at = 0; at < mask.length; at++) {
      const bright = signal[at] > fraction * levels[Math.floor(at / plane)];
      if (bright && diffusion[at] > tissueAdc.low && diffusion[at] < tissueAdc.high) mask[at] = 1;
    }
    return mask;
  };
  const tissue = brighterThan(0.5);
  const { shape: size, spacingMm } = blocks;
  const eroded = mainPieces(erode(tissue, size, spacingMm, 4), diffusion, size);
  const core = eroded ?? mainPieces(tissue, diffusion, size);
  if (core === null) return null;
  const grown = dilate(core, size, spacingMm, 7);
  const faint = brighterThan(0.3);
  for (let at = 0; at < grown.length; at++) if (faint[at] === 0 && core[at] === 0) grown[at] = 0;
  return { hull: fillHolesBySlice(close(grown, size, spacingMm, 8), size), present, levels };
}

/** Median signal of voxels with the ADC of healthy tissue, level by level, smoothed over ±15 mm. */
function tissueLevels(signal: Float32Array, diffusion: Float32Array, blocks: Blocks): Float64Array | null {
  const floor = 0.1 * quantile(signal, 0.995);
  const healthy = (at: number) =>
    signal[at] > floor && diffusion[at] > healthyAdc.low && diffusion[at] < healthyAdc.high;
  const all = signal.filter((_, at) => healthy(at));
  if (all.length === 0) return null;
  const typical = quantile(all, 0.5, true);
  const [nx, ny, nz] = blocks.shape;
  const medians = new Float64Array(nz);
  const counts = new Float64Array(nz);
  for (let z = 0; z < nz; z++) {
    const start = z * nx * ny;
    const own = signal.subarray(start, start + nx * ny).filter((_, at) => healthy(start + at));
    counts[z] = own.length;
    if (own.length > 0) medians[z] = quantile(own, 0.5, true);
  }
  const reach = Math.round(15 / blocks.spacingMm[2]);
  return medians.map((_, z) => {
    let sum = 0;
    let weight = 0;
    for (let k = Math.max(0, z - reach); k <= Math.min(nz - 1, z + reach); k++) {
      const w = counts[k] * (1 - Math.abs(k - z) / (reach + 1));
      sum += w * medians[k];
      weight += w;
    }
    const level = weight > 0 ? sum / weight : typical;
    return Math.min(3 * typical, Math.max(typical / 3, level));
  });
}

/** The largest 6-connected piece, with others that are not small and have the ADC of brain; null for none. */
function mainPieces(mask: Uint8Array, diffusion: Float32Array, shape: Vec3): Uint8Array | null {
  const { labels, sizes, count } = labelComponents(mask, shape, 6);
  if (count === 0) return null;
  let largest = 1;
  for (let label = 2; label <= count; label++) if (sizes[label] > sizes[largest]) largest = label;
  const keep = new Uint8Array(count + 1);
  const values = gather(mask, labels, count, diffusion);
  for (let label = 1; label <= count; label++) {
    if (sizes[label] < 0.03 * sizes[largest]) continue;
    const median = quantile(values[label], 0.5, true);
    keep[label] = label === largest || (median > healthyAdc.low && median < healthyAdc.high) ? 1 : 0;
  }
  return ofLabels(labels, keep);
}

/**
 * Without scalp and skull: much of the field of view is exactly zero, and hardly any signal lies further
 * than 7 mm outside the brain (the scalp lies about 10 mm outside).
 */
function isStripped(present: Float32Array, hull: Uint8Array, { shape, spacingMm }: Blocks): boolean {
  const around = dilate(hull, shape, spacingMm, 7);
  let inside = 0;
  let outside = 0;
  for (let at = 0; at < present.length; at++) {
    if (around[at] === 0) outside += present[at];
    else inside += present[at];
  }
  return inside + outside < 0.7 * present.length && outside < 0.03 * inside;
}

/** The hull's surface found again voxel by voxel: within 4 mm of it, by the signal. */
function refine(
  dwi: Float32Array,
  { hull, levels }: CoarseBrain,
  shape: Vec3,
  spacingMm: Vec3,
  blocks: Blocks,
): Uint8Array {
  const inner = spreadMask(erode(hull, blocks.shape, blocks.spacingMm, 4), shape, blocks);
  const mask = spreadMask(dilate(hull, blocks.shape, blocks.spacingMm, 4), shape, blocks);
  const smooth = smoothGaussian(dwi, shape, spacingMm, 1);
  const plane = shape[0] * shape[1];
  for (let z = 0, at = 0; z < shape[2]; z++) {
    const threshold = 0.4 * levels[Math.floor(z / blocks.factor[2])];
    for (let end = at + plane; at < end; at++)
      if (mask[at] !== 0 && inner[at] === 0 && smooth[at] < threshold) mask[at] = 0;
  }
  return fillHolesBySlice(mask, shape);
}

function presence(data: Float32Array): Uint8Array {
  const mask = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at++) if (data[at] > 0) mask[at] = 1;
  return mask;
}

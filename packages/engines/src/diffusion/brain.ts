import { labelComponents, largestComponent } from '@atoll/volume/components';
import { smoothGaussian } from '@atoll/volume/gaussian';
import { quantile } from '@atoll/volume/histogram';
import { close, dilate, erode, fillHolesBySlice } from '@atoll/volume/morphology';
import type { Vec3 } from '@atoll/volume/volume';
import { type Blocks, blockSums, blocksOf, blocksWhere, interpolateBlocks, spreadMask } from './blocks.ts';
import { withoutBlurredEdge } from './blurred-edge.ts';
import { voxelMlOf } from './ground.ts';
import { type HeadBlocks, headBlocks } from './head-blocks.ts';
import { type Healthy, healthyAdcOf, healthyShare, tissueShare, typicalSignalOf } from './healthy-tissue.ts';
import { gather, ofLabels, valuesAt } from './labels.ts';

export type Brain = {
  readonly mask: Uint8Array;
  readonly volumeMl: number;
  /** The images came without scalp and skull. */
  readonly stripped: boolean;
  /** ADC of this patient's healthy tissue, 10⁻⁶ mm²/s. */
  readonly healthyAdc: number;
  /** The brain with its sulci and ventricles closed, on coarse blocks: for the distance from its surface. */
  readonly hull: Uint8Array;
  readonly blocks: Blocks;
};

/** Blocks whose ADC varies less than this are tissue; less than the second, at least not air. */
const smooth = { sure: 0.35, perhaps: 0.8 };
/** Shares of the healthy signal at a place: of what is brain for sure, of its edge on blocks, and on voxels. */
const share = { core: 0.5, edge: 0.35, outline: 0.4 };
const rounds = 2;
/** A further piece of brain: share of the largest, distance from it, ADC relative to it (it may be infarcted). */
const furtherPiece = { least: 0.03, nearMm: 15, adc: [0.4, 1.15] } as const;
/** The healthy signal is a mean over this σ, held towards the whole brain's by this weight of blocks. */
const reference = { sigmaMm: 20, weight: 0.02 };

/**
 * The brain in a trace DWI, with or without the head around it. Nothing absolute is asked before the
 * patient's own tissue is known: blocks of about 3 mm whose ADC is smooth are tissue (noise in air, bone and
 * muscle is rough); of these the ADC of healthy tissue is found, then its signal at each place, then what
 * keeps half of it and survives 4 mm of erosion, in rounds; that grows back and is closed over sulci and
 * ventricles. A large bright infarct is neither the brain nor its measure. null when nothing like a brain is
 * there.
 * @param adc signed, in 10⁻⁶ mm²/s; 0 where there is none
 */
export function findBrain(dwi: Float32Array, adc: Float32Array, shape: Vec3, spacingMm: Vec3): Brain | null {
  const head = headBlocks(dwi, adc, shape, spacingMm);
  const coarse = coarseBrain(head);
  if (coarse === null) return null;
  const stripped = isStripped(head, coarse.hull);
  const mask = stripped
    ? fillHolesBySlice(withoutBlurredEdge(presence(dwi), { dwi, adc, shape }, coarse, head.blocks), shape)
    : outline(dwi, coarse, shape, spacingMm, head.blocks);
  const voxelMl = voxelMlOf(spacingMm);
  let count = 0;
  for (let at = 0; at < mask.length; at++) count += mask[at];
  if (count * voxelMl < 0.5) return null;
  const { healthyAdc, hull } = coarse;
  return { mask, volumeMl: count * voxelMl, stripped, healthyAdc, hull, blocks: head.blocks };
}

type CoarseBrain = Healthy & { readonly hull: Uint8Array };

function coarseBrain(head: HeadBlocks): CoarseBrain | null {
  const { signal, blocks } = head;
  const { shape, spacingMm } = blocks;
  let region = sureRegion(head);
  let found: (Healthy & { readonly core: Uint8Array }) | null = null;
  for (let round = 0; round < rounds; round++) {
    const level = healthyLevel(head, region);
    if (level === null) break;
    const bright = brighterThan(head, level, share.core);
    const core = mainPieces(erode(bright, shape, spacingMm, 4), head) ?? mainPieces(bright, head);
    if (core === null) break;
    found = { core, ...level };
    const around = dilate(core, shape, spacingMm, 5);
    for (let at = 0; at < around.length; at++)
      if (!(head.roughness[at] < smooth.sure && signal[at] > head.floor)) around[at] = 0;
    region = around;
  }
  if (found === null) return null;
  const { core, ...level } = found;
  const grown = dilate(core, shape, spacingMm, 7);
  const faint = brighterThan(head, level, share.edge);
  for (let at = 0; at < grown.length; at++) if (faint[at] === 0 && core[at] === 0) grown[at] = 0;
  const touching = touchingPieces(grown, core, shape);
  return { ...level, hull: fillHolesBySlice(close(touching, shape, spacingMm, 8), shape) };
}

/** Blocks that are tissue for sure, in the largest smooth piece: the skull parts it from face and neck. */
function sureRegion({ signal, adc, roughness, floor, blocks }: HeadBlocks): Uint8Array {
  const { shape, spacingMm } = blocks;
  const smootherThan = (limit: number) =>
    blocksWhere(
      signal,
      (value, at) => value > floor && adc[at] > 150 && adc[at] < 2500 && roughness[at] < limit,
    );
  const sure = smootherThan(smooth.sure);
  const pieces = labelComponents(erode(smootherThan(smooth.perhaps), shape, spacingMm, 4), shape, 6);
  if (pieces.count === 0) return sure;
  const keep = new Uint8Array(pieces.count + 1);
  keep[largestComponent(pieces)] = 1;
  const near = dilate(ofLabels(pieces.labels, keep), shape, spacingMm, 5);
  const region = sure.map((value, at) => (near[at] !== 0 ? value : 0));
  return region.includes(1) ? region : sure;
}

/** ADC of healthy tissue within the region, and its signal at each place. */
function healthyLevel({ signal, adc, blocks }: HeadBlocks, region: Uint8Array): Healthy | null {
  const within = indicesOf(region);
  const signals = valuesAt(signal, within);
  const bright = quantile(signals, 0.75);
  const healthyAdc = healthyAdcOf(
    valuesAt(adc, within),
    signals.map((value) => Math.min(1, value / bright)),
  );
  if (healthyAdc === null) return null;
  const [low, high] = [healthyShare.low * healthyAdc, healthyShare.high * healthyAdc];
  const healthy = within.filter((at) => adc[at] > low && adc[at] < high);
  const typical = typicalSignalOf(valuesAt(signal, healthy));
  return typical === null
    ? null
    : { healthyAdc, healthySignal: smoothLevel(signal, healthy, typical, blocks) };
}

/**
 * The healthy blocks' signal around each block: a Gaussian mean of its logarithm, held towards the typical one
 * where few are near. It is so wide that blocks of a centimetre carry it.
 */
function smoothLevel(
  signal: Float32Array,
  healthy: Int32Array,
  typical: number,
  blocks: Blocks,
): Float32Array {
  const above = new Float32Array(signal.length);
  const weight = new Float32Array(signal.length);
  for (const at of healthy) {
    above[at] = Math.log(Math.max(signal[at], 1e-6) / typical);
    weight[at] = 1;
  }
  const { shape, spacingMm } = blocks;
  const wide = blocksOf(shape, spacingMm, reference.sigmaMm / 2);
  const per = wide.factor[0] * wide.factor[1] * wide.factor[2];
  const sums = blockSums(above, shape, wide);
  const counts = blockSums(weight, shape, wide);
  smoothGaussian(sums, wide.shape, wide.spacingMm, reference.sigmaMm, sums);
  smoothGaussian(counts, wide.shape, wide.spacingMm, reference.sigmaMm, counts);
  for (let at = 0; at < sums.length; at++)
    sums[at] = typical * Math.exp(sums[at] / (counts[at] + reference.weight * per));
  return interpolateBlocks(sums, shape, wide);
}

function brighterThan(
  { signal, adc }: HeadBlocks,
  { healthyAdc, healthySignal }: Healthy,
  fraction: number,
): Uint8Array {
  const [low, high] = [tissueShare.low * healthyAdc, tissueShare.high * healthyAdc];
  return blocksWhere(
    signal,
    (value, at) => value > fraction * healthySignal[at] && adc[at] > low && adc[at] < high,
  );
}

function indicesOf(mask: Uint8Array): Int32Array {
  let count = 0;
  for (let at = 0; at < mask.length; at++) count += mask[at];
  const indices = new Int32Array(count);
  for (let at = 0, to = 0; at < mask.length; at++) if (mask[at] !== 0) indices[to++] = at;
  return indices;
}

/**
 * The largest 6-connected piece, with others that are not small, lie near it and have its ADC: hemispheres and
 * cerebellum may come apart, but cheeks and neck must not come in. null for none.
 */
function mainPieces(mask: Uint8Array, { adc, blocks }: HeadBlocks): Uint8Array | null {
  const { shape, spacingMm } = blocks;
  const pieces = labelComponents(mask, shape, 6);
  const { labels, sizes, count } = pieces;
  if (count === 0) return null;
  const largest = largestComponent(pieces);
  const keep = new Uint8Array(count + 1);
  keep[largest] = 1;
  const others = [...sizes.keys()].filter(
    (label) => label !== 0 && label !== largest && sizes[label] >= furtherPiece.least * sizes[largest],
  );
  if (others.length > 0) {
    const near = dilate(ofLabels(labels, keep), shape, spacingMm, furtherPiece.nearMm);
    const values = gather(mask, labels, count, adc);
    const own = quantile(values[largest], 0.5, true);
    for (let at = 0; at < labels.length; at++) {
      if (near[at] === 0 || !others.includes(labels[at])) continue;
      const ratio = quantile(values[labels[at]], 0.5) / own;
      others.splice(others.indexOf(labels[at]), 1);
      if (ratio > furtherPiece.adc[0] && ratio < furtherPiece.adc[1]) keep[labels[at]] = 1;
    }
  }
  return ofLabels(labels, keep);
}

/** The pieces of a mask that hold a voxel of the core. */
function touchingPieces(mask: Uint8Array, core: Uint8Array, shape: Vec3): Uint8Array {
  const { labels, count } = labelComponents(mask, shape, 6);
  const keep = new Uint8Array(count + 1);
  for (let at = 0; at < labels.length; at++) if (core[at] !== 0) keep[labels[at]] = labels[at] === 0 ? 0 : 1;
  return ofLabels(labels, keep);
}

/**
 * Without scalp and skull: much of the field of view is exactly zero, and hardly any signal lies further
 * than 7 mm outside the brain (the scalp lies about 10 mm outside).
 */
function isStripped({ present, blocks: { shape, spacingMm } }: HeadBlocks, hull: Uint8Array): boolean {
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
function outline(
  dwi: Float32Array,
  { hull, healthySignal }: CoarseBrain,
  shape: Vec3,
  spacingMm: Vec3,
  blocks: Blocks,
): Uint8Array {
  const inner = spreadMask(erode(hull, blocks.shape, blocks.spacingMm, 4), shape, blocks);
  const mask = spreadMask(dilate(hull, blocks.shape, blocks.spacingMm, 4), shape, blocks);
  const smoothed = smoothGaussian(dwi, shape, spacingMm, 1);
  const level = interpolateBlocks(healthySignal, shape, blocks);
  for (let at = 0; at < mask.length; at++)
    if (mask[at] !== 0 && inner[at] === 0 && smoothed[at] < share.outline * level[at]) mask[at] = 0;
  return fillHolesBySlice(mask, shape);
}

function presence(data: Float32Array): Uint8Array {
  const mask = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at++) if (data[at] > 0) mask[at] = 1;
  return mask;
}

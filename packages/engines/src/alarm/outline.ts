import { spacingMm as spacingOf } from '@atoll/volume/affine';
import { labelComponents } from '@atoll/volume/components';
import { smoothGaussian } from '@atoll/volume/gaussian';
import { quantile } from '@atoll/volume/histogram';
import {
  type Box,
  boundingBox,
  cropImage,
  cropMask,
  dilate,
  expandBox,
  fillHolesBySlice,
  pasteMask,
  sizeOf,
} from '@atoll/volume/morphology';
import type { Vec3 } from '@atoll/volume/volume';
import { type Coarse, eachVoxel, type Images, spread } from './coarse.ts';
import type { OwnTissue } from './own-tissue.ts';

/** How far beyond its blocks a lesion may go, and by how much the images are smoothed to find its edge. */
const beyondMm = 6;
const smoothingMm = 1;
/** Holes up to this size are filled, slice by slice. */
const holeMm2 = 50;

/**
 * Draws pieces of blocks out in voxels, as candidates for a reader: within a few millimetres of the blocks, what is
 * more than half as bright as they are and has less ADC than healthy tissue. Where noise leaves little of that, the
 * blocks themselves. The edge lies rather inside the lesion than outside.
 */
export function outlinePieces(
  blocks: Uint8Array,
  images: Images,
  coarse: Coarse,
  own: OwnTissue,
): Uint8Array<ArrayBuffer> {
  const { shape } = images;
  const out = new Uint8Array(images.dwi.length);
  const { labels, count } = labelComponents(blocks, coarse.shape, 6);
  if (count === 0) return out;
  const around = spreadFloats(own.around, coarse, shape);
  for (let label = 1; label <= count; label++) {
    const piece = blocks.map((_, at) => (labels[at] === label ? 1 : 0));
    const core = spread(piece, coarse, shape);
    const box = boundingBox(core, shape);
    if (box === null) continue;
    const edge = { brightness: middleWhere(own.brightness, piece) / 2, adc: own.typicalAdc };
    const work = expandBox(box, shape, spacingOf(images.affine), beyondMm + 3 * smoothingMm);
    paint(drawn(cropMask(core, shape, work), images, around, edge, work), out, shape, work);
  }
  return out;
}

/** Least ln DWI over that of healthy tissue, and largest ADC in the map's own unit. */
type Edge = { readonly brightness: number; readonly adc: number };

function drawn(
  core: Uint8Array<ArrayBuffer>,
  { dwi, adc, shape, affine }: Images,
  around: Float32Array,
  edge: Edge,
  work: Box,
): Uint8Array<ArrayBuffer> {
  const size = sizeOf(work);
  const spacingMm = spacingOf(affine);
  const smoothed = (data: Float32Array) => {
    const part = cropImage(data, shape, work);
    for (let at = 0; at < part.length; at++) if (!(Math.abs(part[at]) < 1e30)) part[at] = 0;
    return smoothGaussian(part, size, spacingMm, smoothingMm, part);
  };
  const [signal, diffusion] = [smoothed(dwi), smoothed(adc)];
  const healthy = cropImage(around, shape, work);
  const near = dilate(core, size, spacingMm, beyondMm);
  for (let at = 0; at < near.length; at++)
    if (
      !(signal[at] > Math.exp(healthy[at] + edge.brightness) && diffusion[at] > 0 && diffusion[at] < edge.adc)
    )
      near[at] = 0;
  const filled = fillHolesBySlice(near, size, Math.round(holeMm2 / (spacingMm[0] * spacingMm[1])));
  const kept = touching(filled, core, size);
  return countOf(kept) < 0.5 * countOf(core) ? core : kept;
}

/** The pieces of a mask that share a voxel with the core. */
function touching(mask: Uint8Array, core: Uint8Array, shape: Vec3): Uint8Array<ArrayBuffer> {
  const { labels, count } = labelComponents(mask, shape, 26);
  const touched = new Uint8Array(count + 1);
  for (let at = 0; at < core.length; at++) if (core[at] !== 0 && labels[at] !== 0) touched[labels[at]] = 1;
  const out = new Uint8Array(mask.length);
  for (let at = 0; at < out.length; at++) out[at] = touched[labels[at]];
  return out;
}

/** Adds a box's mask to what is there already: the boxes of two pieces may overlap. */
function paint(part: Uint8Array<ArrayBuffer>, out: Uint8Array, shape: Vec3, work: Box): void {
  const before = cropMask(out, shape, work);
  for (let at = 0; at < part.length; at++) part[at] |= before[at];
  pasteMask(part, out, shape, work);
}

function spreadFloats(blocks: Float32Array, coarse: Coarse, shape: Vec3): Float32Array {
  const out = new Float32Array(shape[0] * shape[1] * shape[2]);
  eachVoxel(coarse, shape, (voxel, block) => {
    out[voxel] = blocks[block];
  });
  return out;
}

function middleWhere(values: Float32Array, blocks: Uint8Array): number {
  return quantile(
    values.filter((_, at) => blocks[at] !== 0),
    0.5,
    true,
  );
}

function countOf(mask: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < mask.length; at++) count += mask[at];
  return count;
}

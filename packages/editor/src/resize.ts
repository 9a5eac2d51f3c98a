import { boundingBox, cropMask, expandBox, pasteMask, sizeOf } from '@atoll/volume/morphology';
import type { Vec3 } from '@atoll/volume/volume';
import { type Axis, strideOf } from './plane.ts';

/**
 * A mask whose surface is moved outwards by so many mm, inwards where it is less than 0. The surface runs along the
 * faces of its voxels; a voxel belongs to what it bounds by its centre, and one that lies just on it is taken when
 * growing and given up when shrinking. So it is true to the mm on any spacing, in sum over several steps from one base:
 * on slices of 6 mm a mask reaches its neighbours at 3 mm. What lies outside the grid is unknown: shrinking leaves a
 * cut of the field of view alone.
 */
export function resize(
  mask: Uint8Array,
  shape: Vec3,
  spacingMm: Vec3,
  byMm: number,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(mask.length);
  const box = boundingBox(mask, shape);
  if (box === null) return out;
  const isGrowing = byMm > 0;
  const work = isGrowing ? expandBox(box, shape, spacingMm, byMm) : expandBox(box, shape, [1, 1, 1], 1);
  const part = cropMask(mask, shape, work);
  if (!isGrowing) for (let at = 0; at < part.length; at++) part[at] = part[at] === 0 ? 1 : 0;
  const near = withinMm(part, sizeOf(work), spacingMm, Math.abs(byMm));
  // What is near the mask comes to it; what is near the outside goes.
  for (let at = 0; at < part.length; at++) part[at] = (near[at] === 1) === isGrowing ? 1 : 0;
  pasteMask(part, out, shape, work);
  return out;
}

/** 1 where a voxel's centre is within so many mm of a voxel of the mask, as boxes and not as centres. */
function withinMm(mask: Uint8Array, shape: Vec3, spacingMm: Vec3, limitMm: number): Uint8Array {
  const limit = limitMm * limitMm * (1 + 1e-6) + 1e-9;
  let squared = new Float32Array(mask.length);
  for (let at = 0; at < mask.length; at++) squared[at] = mask[at] === 0 ? Number.POSITIVE_INFINITY : 0;
  for (const axis of [0, 1, 2] as const) squared = alongAxis(squared, shape, axis, spacingMm[axis], limitMm);
  return Uint8Array.from(squared, (mm2) => (mm2 <= limit ? 1 : 0));
}

/** The least of each voxel's own value and its neighbours', plus what lies between along one axis. */
function alongAxis(
  values: Float32Array<ArrayBuffer>,
  shape: Vec3,
  axis: Axis,
  spacing: number,
  limitMm: number,
): Float32Array<ArrayBuffer> {
  const reach = Math.min(shape[axis] - 1, Math.floor(limitMm / spacing + 0.5 + 1e-6));
  if (reach === 0) return values;
  const stride = strideOf(shape, axis);
  const length = shape[axis];
  const out = values.slice();
  for (let step = 1; step <= reach; step++) {
    const cost = ((step - 0.5) * spacing) ** 2;
    for (let at = 0; at < values.length; at++) {
      const place = Math.floor(at / stride) % length;
      if (place >= step) out[at] = Math.min(out[at], values[at - step * stride] + cost);
      if (place + step < length) out[at] = Math.min(out[at], values[at + step * stride] + cost);
    }
  }
  return out;
}

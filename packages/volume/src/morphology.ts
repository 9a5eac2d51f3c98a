import { squaredDistanceWithin } from './distance.ts';
import type { Vec3 } from './volume.ts';

/** A ball's border is rounded outwards. */
const roundingMm2 = 1e-4;

/**
 * Binary morphology with balls of a radius in mm, through the exact distance transform: the shape is a true
 * ball on any spacing. What lies outside the grid is unknown, neither foreground nor background: eroding a
 * mask that the field of view cuts off leaves the cut alone. All functions return a new mask.
 */
export function dilate(mask: Uint8Array, shape: Vec3, spacingMm: Vec3, radiusMm: number): Uint8Array {
  const box = boundingBox(mask, shape);
  const out = new Uint8Array(mask.length);
  if (box === null) return out;
  // Nothing grows further than the radius: only a margin of that size is worked on.
  const work = expandBox(box, shape, spacingMm, radiusMm);
  const cropped = cropMask(mask, shape, work);
  const distance = squaredDistanceWithin(radiusMm, cropped, sizeOf(work), spacingMm);
  const limit = radiusMm * radiusMm + roundingMm2;
  for (let at = 0; at < cropped.length; at++) cropped[at] = distance[at] <= limit ? 1 : 0;
  pasteMask(cropped, out, shape, work);
  return out;
}

export function erode(mask: Uint8Array, shape: Vec3, spacingMm: Vec3, radiusMm: number): Uint8Array {
  const box = boundingBox(mask, shape);
  const out = new Uint8Array(mask.length);
  if (box === null) return out;
  // One voxel of background around the mask is enough to measure from.
  const work = expandBox(box, shape, [1, 1, 1], 1);
  const cropped = cropMask(mask, shape, work);
  for (let at = 0; at < cropped.length; at++) cropped[at] = cropped[at] === 0 ? 1 : 0;
  const distance = squaredDistanceWithin(radiusMm, cropped, sizeOf(work), spacingMm);
  const limit = radiusMm * radiusMm + roundingMm2;
  for (let at = 0; at < cropped.length; at++) cropped[at] = distance[at] > limit ? 1 : 0;
  pasteMask(cropped, out, shape, work);
  return out;
}

/** Erosion, then dilation: what a ball of this radius fits into. */
export function open(mask: Uint8Array, shape: Vec3, spacingMm: Vec3, radiusMm: number): Uint8Array {
  return dilate(erode(mask, shape, spacingMm, radiusMm), shape, spacingMm, radiusMm);
}

/** Dilation, then erosion: gaps that a ball of this radius does not fit into are closed. */
export function close(mask: Uint8Array, shape: Vec3, spacingMm: Vec3, radiusMm: number): Uint8Array {
  return erode(dilate(mask, shape, spacingMm, radiusMm), shape, spacingMm, radiusMm);
}

/**
 * Fills, in every slice across the third axis, background that is cut off from the slice's edge (4-connected)
 * and no larger than `largestVoxels`. Returns a new mask.
 */
export function fillHolesBySlice(
  mask: Uint8Array,
  shape: Vec3,
  largestVoxels = Number.POSITIVE_INFINITY,
): Uint8Array {
  const [nx, ny, nz] = shape;
  const out = new Uint8Array(mask.length);
  for (let at = 0; at < out.length; at++) if (mask[at] !== 0) out[at] = 1;
  // What surrounds the mask is no hole. Its box is copied into a frame of background, so that a flood needs no look at
  // the edges: the frame's own outer rim is closed.
  const frame = new Uint8Array((nx + 4) * (ny + 4));
  const queue = new Int32Array(frame.length);
  for (let z = 0; z < nz; z++) {
    const slice = out.subarray(z * nx * ny, (z + 1) * nx * ny);
    const box = boundingBox(slice, [nx, ny, 1]);
    if (box === null) continue;
    const [x0, y0] = box.low;
    const [wide, high] = sizeOf(box);
    const width = wide + 4;
    const seen = frame.subarray(0, width * (high + 4)).fill(1);
    for (let y = -1; y <= high; y++) seen.fill(0, width * (y + 2) + 1, width * (y + 3) - 1);
    for (let y = 0, from = y0 * nx + x0; y < high; y++, from += nx)
      seen.set(slice.subarray(from, from + wide), width * (y + 2) + 2);
    flood(seen, width, width + 1, queue);
    for (let y = 0; y < high; y++)
      for (let x = 0; x < wide; x++) {
        const at = width * (y + 2) + x + 2;
        if (seen[at] !== 0) continue;
        const length = flood(seen, width, at, queue);
        if (length > largestVoxels) continue;
        for (let k = 0; k < length; k++) {
          const row = Math.floor(queue[k] / width);
          slice[(y0 + row - 2) * nx + (x0 + queue[k] - row * width - 2)] = 1;
        }
      }
  }
  return out;
}

/** Marks all zeros that are 4-connected to `start`, writes their places to `queue` and returns how many they are. */
function flood(seen: Uint8Array, width: number, start: number, queue: Int32Array): number {
  seen[start] = 1;
  queue[0] = start;
  let length = 1;
  for (let next = 0; next < length; next++) {
    const at = queue[next];
    if (seen[at - 1] === 0) {
      seen[at - 1] = 1;
      queue[length++] = at - 1;
    }
    if (seen[at + 1] === 0) {
      seen[at + 1] = 1;
      queue[length++] = at + 1;
    }
    if (seen[at - width] === 0) {
      seen[at - width] = 1;
      queue[length++] = at - width;
    }
    if (seen[at + width] === 0) {
      seen[at + width] = 1;
      queue[length++] = at + width;
    }
  }
  return length;
}

/** Voxel indices from `low` to `high`, both included. */
export type Box = { readonly low: Vec3; readonly high: Vec3 };

/** The smallest box around the voxels where mask ≠ 0; null when there are none. */
export function boundingBox(mask: Uint8Array, [nx, ny, nz]: Vec3): Box | null {
  let [x0, y0, z0, x1, y1, z1] = [nx, ny, nz, -1, -1, -1];
  for (let z = 0, start = 0; z < nz; z++)
    for (let y = 0; y < ny; y++, start += nx) {
      let first = 0;
      while (first < nx && mask[start + first] === 0) first++;
      if (first === nx) continue;
      let last = nx - 1;
      while (mask[start + last] === 0) last--;
      if (first < x0) x0 = first;
      if (last > x1) x1 = last;
      if (y < y0) y0 = y;
      if (y > y1) y1 = y;
      if (z < z0) z0 = z;
      z1 = z;
    }
  return x1 < 0 ? null : { low: [x0, y0, z0], high: [x1, y1, z1] };
}

/** The box with a margin in mm on every side, cut off at the grid's edge. */
export function expandBox({ low, high }: Box, shape: Vec3, spacingMm: Vec3, marginMm: number): Box {
  const steps = (axis: number) => Math.ceil(marginMm / spacingMm[axis]);
  const lower = (axis: number) => Math.max(0, low[axis] - steps(axis));
  const upper = (axis: number) => Math.min(shape[axis] - 1, high[axis] + steps(axis));
  return { low: [lower(0), lower(1), lower(2)], high: [upper(0), upper(1), upper(2)] };
}

/** How many voxels a box holds along each axis. */
export function sizeOf({ low, high }: Box): Vec3 {
  return [high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1];
}

/** The part of a mask that lies in a box. */
export function cropMask(mask: Uint8Array, shape: Vec3, box: Box): Uint8Array<ArrayBuffer> {
  const size = sizeOf(box);
  const out = new Uint8Array(size[0] * size[1] * size[2]);
  eachRow(shape, box, (row, start) => out.set(mask.subarray(start, start + size[0]), row));
  return out;
}

/** The part of an image that lies in a box. */
export function cropImage(data: Float32Array, shape: Vec3, box: Box): Float32Array<ArrayBuffer> {
  const size = sizeOf(box);
  const out = new Float32Array(size[0] * size[1] * size[2]);
  eachRow(shape, box, (row, start) => out.set(data.subarray(start, start + size[0]), row));
  return out;
}

/** Writes a box's mask, labels or image to its place in one of the whole grid. */
export function pasteMask<Data extends Uint8Array | Int32Array | Float32Array>(
  part: Data,
  whole: Data,
  shape: Vec3,
  box: Box,
): void {
  const width = sizeOf(box)[0];
  eachRow(shape, box, (row, start) => whole.set(part.subarray(row, row + width), start));
}

/** Calls `visit` with each row's start in the box and in the grid. */
function eachRow([nx, ny]: Vec3, { low, high }: Box, visit: (inBox: number, inGrid: number) => void): void {
  let row = 0;
  for (let z = low[2]; z <= high[2]; z++)
    for (let y = low[1]; y <= high[1]; y++) {
      visit(row, low[0] + nx * (y + ny * z));
      row += high[0] - low[0] + 1;
    }
}

import { copyRows } from './rows.ts';
import type { Vec3 } from './volume.ts';

/**
 * Squared Euclidean distance in mm² from each voxel's centre to the nearest voxel where mask ≠ 0; 0 inside,
 * Infinity everywhere when the mask is empty. Exact.
 * Source: Felzenszwalb & Huttenlocher, Distance Transforms of Sampled Functions, 2012.
 */
export function squaredDistanceTo(mask: Uint8Array, shape: Vec3, spacing: Vec3): Float32Array {
  const [nx, ny, nz] = shape;
  const distance = new Float32Array(mask.length);
  alongRows(mask, distance, nx, spacing[0]);
  const sweep = new LowerEnvelope(Math.max(ny, nz));
  for (let z = 0; z < nz; z++)
    for (let x = 0; x < nx; x++) sweep.run(distance, x + nx * ny * z, nx, ny, spacing[1]);
  for (let y = 0; y < ny; y++)
    for (let x = 0; x < nx; x++) sweep.run(distance, x + nx * y, nx * ny, nz, spacing[2]);
  return distance;
}

/**
 * The same as {@link squaredDistanceTo} where the distance is no longer than `reachMm`; elsewhere some larger value. For
 * short reaches much faster: each axis is a minimum over the few voxels within reach.
 */
export function squaredDistanceWithin(
  reachMm: number,
  mask: Uint8Array,
  shape: Vec3,
  spacing: Vec3,
): Float32Array {
  const [nx, ny, nz] = shape;
  const steps = (axis: 1 | 2) => Math.min(shape[axis] - 1, Math.floor(reachMm / spacing[axis] + 1e-6));
  // Beyond a dozen voxels the envelope's one pass is the cheaper.
  if (Math.max(steps(1), steps(2)) > 12) return squaredDistanceTo(mask, shape, spacing);
  const distance = new Float32Array(mask.length);
  alongRows(mask, distance, nx, spacing[0]);
  const plane = nx * ny;
  const columns = new Float32Array(Math.max(ny, nz) * nx);
  for (let z = 0; z < nz; z++) lowestAcross(distance, z * plane, ny, nx, nx, steps(1), spacing[1], columns);
  for (let y = 0; y < ny; y++) lowestAcross(distance, y * nx, nz, nx, plane, steps(2), spacing[2], columns);
  return distance;
}

/** At each of `count` rows of `width` values, the lowest of value + distance² over the rows within `steps`. */
function lowestAcross(
  data: Float32Array,
  start: number,
  count: number,
  width: number,
  stride: number,
  steps: number,
  spacing: number,
  before: Float32Array,
): void {
  if (steps === 0) return;
  copyRows(data, { start, count, width, stride }, before, 0);
  for (let row = 0, to = start; row < count; row++, to += stride) {
    const last = Math.min(count - 1, row + steps);
    for (let other = Math.max(0, row - steps); other <= last; other++) {
      if (other === row) continue;
      const away = ((other - row) * spacing) ** 2;
      const from = other * width;
      for (let x = 0; x < width; x++) {
        const value = before[from + x] + away;
        if (value < data[to + x]) data[to + x] = value;
      }
    }
  }
}

/** One axis of a binary image needs no envelope: two running counts do. */
function alongRows(mask: Uint8Array, out: Float32Array, nx: number, spacing: number): void {
  for (let start = 0; start < mask.length; start += nx) {
    let since = Number.POSITIVE_INFINITY;
    for (let x = 0; x < nx; x++) {
      since = mask[start + x] !== 0 ? 0 : since + spacing;
      out[start + x] = since;
    }
    since = Number.POSITIVE_INFINITY;
    for (let x = nx - 1; x >= 0; x--) {
      since = mask[start + x] !== 0 ? 0 : since + spacing;
      const nearest = Math.min(since, out[start + x]);
      out[start + x] = nearest * nearest;
    }
  }
}

/** Lower envelope of parabolas along one line, with its buffers kept between lines. */
class LowerEnvelope {
  readonly #heights: Float64Array;
  readonly #vertices: Int32Array;
  readonly #borders: Float64Array;

  constructor(longest: number) {
    this.#heights = new Float64Array(longest);
    this.#vertices = new Int32Array(longest);
    this.#borders = new Float64Array(longest + 1);
  }

  run(data: Float32Array, start: number, stride: number, length: number, spacing: number): void {
    const heights = this.#heights;
    const vertices = this.#vertices;
    const borders = this.#borders;
    const perStep = spacing * spacing;
    let last = -1;
    for (let q = 0, at = start; q < length; q++, at += stride) {
      const height = data[at];
      heights[q] = height;
      if (height === Number.POSITIVE_INFINITY) continue;
      let border = Number.NEGATIVE_INFINITY;
      while (last >= 0) {
        const v = vertices[last];
        border = (height - heights[v] + perStep * (q * q - v * v)) / (2 * perStep * (q - v));
        if (border > borders[last]) break;
        last--;
      }
      last++;
      vertices[last] = q;
      borders[last] = last === 0 ? Number.NEGATIVE_INFINITY : border;
    }
    if (last < 0) return;
    borders[last + 1] = Number.POSITIVE_INFINITY;
    for (let q = 0, k = 0, at = start; q < length; q++, at += stride) {
      while (borders[k + 1] < q) k++;
      const away = (q - vertices[k]) * spacing;
      data[at] = heights[vertices[k]] + away * away;
    }
  }
}

import { labelComponents } from '@atoll/volume/components';
import { squaredDistanceTo } from '@atoll/volume/distance';
import type { Vec3 } from '@atoll/volume/volume';
import { type Axis, axesWithin, sliceOf, strideOf } from './plane.ts';

/** Slices farther apart than this are not taken for slices of one lesion, in mm. */
const longestGapMm = 30;

/** A piece of one slice and pieces of another that it goes on in, with nothing of the mask between them. */
type Gap = {
  readonly lower: number;
  readonly upper: number;
  readonly below: Uint8Array;
  readonly above: Uint8Array;
};

/**
 * The mask with the slices between painted ones filled in: a piece of a slice and what overlaps it in the next painted
 * slice across `axis`, with unmarked slices between. Each slice between takes the shape between the two, by signed
 * distance in mm, and its place on the straight line between their middles, so that what is tilted stays in one piece.
 * Source: Raya & Udupa, Shape-based interpolation of multidimensional objects, IEEE Trans Med Imaging 9 (1990).
 */
export function fillBetweenSlices(
  mask: Uint8Array,
  shape: Vec3,
  spacingMm: Vec3,
  axis: Axis,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(mask.length);
  for (let at = 0; at < mask.length; at++) if (mask[at] !== 0) out[at] = 1;
  const [u, v] = axesWithin(axis);
  const size: Vec3 = [shape[u], shape[v], 1];
  const spacing: Vec3 = [spacingMm[u], spacingMm[v], 1];
  const [su, sv] = [strideOf(shape, u), strideOf(shape, v)];
  for (const { lower, upper, below, above } of gapsOf(mask, shape, spacingMm[axis], axis)) {
    const morph = new Morph(below, above, size, spacing);
    for (let slice = lower + 1; slice < upper; slice++) {
      const between = morph.at((slice - lower) / (upper - lower));
      const start = slice * strideOf(shape, axis);
      for (let b = 0, n = 0; b < size[1]; b++)
        for (let a = 0; a < size[0]; a++, n++) if (between[n] !== 0) out[start + a * su + b * sv] = 1;
    }
  }
  return out;
}

function gapsOf(mask: Uint8Array, shape: Vec3, spacing: number, axis: Axis): Gap[] {
  const [u, v] = axesWithin(axis);
  const flat: Vec3 = [shape[u], shape[v], 1];
  const slices = Array.from({ length: shape[axis] }, (_, n) => {
    const slice = sliceOf(mask, { shape }, axis, n);
    return slice.includes(1) ? { slice, pieces: labelComponents(slice, flat, 18) } : null;
  });
  const gaps: Gap[] = [];
  for (const [lower, from] of slices.entries()) {
    if (from === null) continue;
    for (let piece = 1; piece <= from.pieces.count; piece++) {
      const below = from.pieces.labels.map((label) => (label === piece ? 1 : 0));
      const meets = (other: (typeof slices)[number]) =>
        other !== null && below.some((inside, at) => inside === 1 && other.slice[at] !== 0);
      let upper = lower + 1;
      while (upper < slices.length && !meets(slices[upper])) upper++;
      if (upper === lower + 1 || upper === slices.length || (upper - lower) * spacing > longestGapMm)
        continue;
      const to = slices[upper];
      if (to === null) continue;
      const met = new Set(to.pieces.labels.filter((_, at) => below[at] === 1));
      met.delete(0);
      const above = Uint8Array.from(to.pieces.labels, (label) => (met.has(label) ? 1 : 0));
      // Where the upper pieces go on downwards into something else, it is that which they belong to.
      const isFree = slices
        .slice(lower + 1, upper)
        .every(
          (between) =>
            between === null || !between.slice.some((inside, at) => inside !== 0 && above[at] === 1),
        );
      if (isFree) gaps.push({ lower, upper, below: Uint8Array.from(below), above });
    }
  }
  return gaps;
}

/** From one shape in a plane to another. */
class Morph {
  readonly #below: Float32Array;
  readonly #above: Float32Array;
  readonly #size: Vec3;
  readonly #shift: readonly [number, number];

  constructor(below: Uint8Array, above: Uint8Array, size: Vec3, spacing: Vec3) {
    this.#size = size;
    this.#below = signedDistance(below, size, spacing);
    this.#above = signedDistance(above, size, spacing);
    const [from, to] = [middleOf(below, size[0]), middleOf(above, size[0])];
    this.#shift = [to[0] - from[0], to[1] - from[1]];
  }

  /** @param share of the way from the one (0) to the other (1). */
  at(share: number): Uint8Array {
    const [nu, nv] = this.#size;
    const [du, dv] = this.#shift;
    const out = new Uint8Array(nu * nv);
    for (let b = 0, n = 0; b < nv; b++)
      for (let a = 0; a < nu; a++, n++) {
        const below = sample(this.#below, nu, nv, a - share * du, b - share * dv);
        const above = sample(this.#above, nu, nv, a + (1 - share) * du, b + (1 - share) * dv);
        out[n] = (1 - share) * below + share * above <= 0 ? 1 : 0;
      }
    return out;
  }
}

/** In mm from the surface between centres; less than 0 inside. */
function signedDistance(inside: Uint8Array, size: Vec3, spacing: Vec3): Float32Array {
  const toInside = squaredDistanceTo(inside, size, spacing);
  const toOutside = squaredDistanceTo(
    inside.map((value) => (value === 0 ? 1 : 0)),
    size,
    spacing,
  );
  const half = Math.min(spacing[0], spacing[1]) / 2;
  return toInside.map((mm2, at) =>
    inside[at] === 0 ? Math.sqrt(mm2) - half : half - Math.min(1e6, Math.sqrt(toOutside[at])),
  );
}

function middleOf(inside: Uint8Array, width: number): readonly [number, number] {
  let [count, a, b] = [0, 0, 0];
  inside.forEach((value, at) => {
    if (value === 0) return;
    count++;
    a += at % width;
    b += Math.floor(at / width);
  });
  return [a / count, b / count];
}

/** Bilinear; beyond the edge the edge's value goes on. */
function sample(values: Float32Array, nu: number, nv: number, a: number, b: number): number {
  const x = Math.max(0, Math.min(nu - 1, a));
  const y = Math.max(0, Math.min(nv - 1, b));
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [x1, y1] = [Math.min(nu - 1, x0 + 1), Math.min(nv - 1, y0 + 1)];
  const [fx, fy] = [x - x0, y - y0];
  const low = values[x0 + nu * y0] * (1 - fx) + values[x1 + nu * y0] * fx;
  const high = values[x0 + nu * y1] * (1 - fx) + values[x1 + nu * y1] * fx;
  return low * (1 - fy) + high * fy;
}

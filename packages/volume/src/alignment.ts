import { spacingMm } from './affine.ts';
import { quantile } from './histogram.ts';
import { localContrast } from './local-contrast.ts';
import type { Vec3, Volume } from './volume.ts';

/** The local contrast of an image within what is brighter than air. */
export type Contrast = {
  readonly shape: Vec3;
  readonly spacingMm: Vec3;
  readonly mask: Uint8Array;
  /** Voxels of the mask. */
  readonly count: number;
  /** As `localContrast` gives it. */
  readonly values: Float32Array;
};

/** How voxel i of one image meets the other's: index n − 1 − i where `flip` says so, then `shift` further on. */
export type Alignment = { readonly flip: readonly [boolean, boolean, boolean]; readonly shift: Vec3 };

export const unmoved: Alignment = { flip: [false, false, false], shift: [0, 0, 0] };

/** Of the 98th percentile: below it an image shows air, bone or noise. */
const foregroundShare = 0.12;

const structureMm = 7.5;

const brightnessSamples = 20_000;

/** Half the side of the box that a voxel is compared with; wider than sulci, narrower than lobes. */
const surroundingsMm = 10;

/** Of the smaller of two foregrounds; with less in common two images say nothing about each other. */
const leastOverlap = 0.5;

/** And of the first foreground, however small the other is. */
const leastShare = 0.15;

export function contrastOf({ data, shape, affine }: Volume, reachMm = surroundingsMm): Contrast {
  const spacing = spacingMm(affine);
  const threshold = foregroundShare * brightOf(data);
  const mask = new Uint8Array(data.length);
  let count = 0;
  for (let at = 0; at < data.length; at++) {
    if (!(data[at] > threshold)) continue;
    mask[at] = 1;
    count++;
  }
  const reach = spacing.map((mm) => Math.max(1, Math.round(reachMm / mm)));
  const values = localContrast(data, mask, shape, [reach[0], reach[1], reach[2]]);
  return { shape, spacingMm: spacing, mask, count, values };
}

/** The 98th percentile of what is above zero, from values spread over the image. */
function brightOf(data: Float32Array): number {
  const step = Math.max(1, Math.floor(data.length / brightnessSamples));
  const samples = new Float32Array(Math.ceil(data.length / step));
  let count = 0;
  for (let at = 0; at < data.length; at += step) if (data[at] > 0) samples[count++] = data[at];
  return quantile(samples.subarray(0, count), 0.98, true);
}

/** The voxels of a contrast's foreground, for many comparisons: index coordinates and values. */
export type Points = {
  readonly count: number;
  /** Share of the foreground's voxels that these are. */
  readonly share: number;
  readonly places: Int16Array;
  readonly values: Float32Array;
};

/** @param atMost of the points, spread evenly */
export function pointsOf(
  { shape: [nx, ny], mask, values, count: total }: Contrast,
  atMost = Number.POSITIVE_INFINITY,
): Points {
  const step = Math.max(1, total / atMost);
  const count = Math.floor(total / step);
  const places = new Int16Array(3 * count);
  const chosen = new Float32Array(count);
  let seen = 0;
  let taken = 0;
  for (let at = 0; at < mask.length && taken < count; at++) {
    if (mask[at] === 0 || seen++ < Math.floor(taken * step)) continue;
    const plane = at % (nx * ny);
    places[3 * taken] = plane % nx;
    places[3 * taken + 1] = Math.floor(plane / nx);
    places[3 * taken + 2] = Math.floor(at / (nx * ny));
    chosen[taken++] = values[at];
  }
  return { count, share: count / Math.max(1, total), places, values: chosen };
}

/**
 * How much the local contrasts of two images are opposites where they meet: the negative of their correlation, −1 to
 * 1. 0 where they have too little in common.
 */
export function likeness(points: Points, other: Contrast, { flip, shift }: Alignment = unmoved): number {
  const [nx, ny, nz] = other.shape;
  const [sx, sy, sz] = flip.map((flipped) => (flipped ? -1 : 1));
  const x0 = shift[0] + (flip[0] ? nx - 1 : 0);
  const y0 = shift[1] + (flip[1] ? ny - 1 : 0);
  const z0 = shift[2] + (flip[2] ? nz - 1 : 0);
  const { places, values, count, share } = points;
  let n = 0;
  let sumA = 0;
  let sumB = 0;
  let sumAA = 0;
  let sumBB = 0;
  let sumAB = 0;
  for (let i = 0; i < count; i++) {
    const x = x0 + sx * places[3 * i];
    const y = y0 + sy * places[3 * i + 1];
    const z = z0 + sz * places[3 * i + 2];
    if (x < 0 || y < 0 || z < 0 || x >= nx || y >= ny || z >= nz) continue;
    const at = x + nx * (y + ny * z);
    if (other.mask[at] === 0) continue;
    const a = values[i];
    const b = other.values[at];
    n++;
    sumA += a;
    sumB += b;
    sumAA += a * a;
    sumBB += b * b;
    sumAB += a * b;
  }
  if (n < 2 || n < leastShare * count || n < leastOverlap * Math.min(count, share * other.count)) return 0;
  const spread = Math.sqrt((sumAA - (sumA * sumA) / n) * (sumBB - (sumB * sumB) / n));
  return spread > 0 ? ((sumA * sumB) / n - sumAB) / spread : 0;
}

/** The mean likeness at the places a head's structures apart (7.5 mm) along each axis: of a true fit it is far less. */
export function likenessAround(points: Points, other: Contrast, { flip, shift }: Alignment): number {
  const axes = [0, 1, 2].filter((axis) => other.shape[axis] > 2);
  const around = axes.flatMap((axis) =>
    [-1, 1].map((sign) => {
      const step = sign * Math.max(1, Math.round(structureMm / other.spacingMm[axis]));
      const moved: Vec3 = [
        shift[0] + (axis === 0 ? step : 0),
        shift[1] + (axis === 1 ? step : 0),
        shift[2] + (axis === 2 ? step : 0),
      ];
      return likeness(points, other, { flip, shift: moved });
    }),
  );
  return around.reduce((sum, each) => sum + each, 0) / Math.max(1, around.length);
}

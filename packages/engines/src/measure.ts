import { spacingMm as spacingOf, transformPoint, voxelVolumeMl } from '@atoll/volume/affine';
import { squaredDistanceTo } from '@atoll/volume/distance';
import { quantile } from '@atoll/volume/histogram';
import { type Box, expandBox, sizeOf } from '@atoll/volume/morphology';
import { type NumberedLesions, numberLesions } from '@atoll/volume/numbered-lesions';
import { resampleLinear } from '@atoll/volume/resample';
import type { Grid, Mask, Vec3, Volume } from '@atoll/volume/volume';
import { factorToMicrometres } from './diffusion/units.ts';
import type { Lesion, LowAdc, Side } from './report.ts';

export type Measured = {
  readonly volumeMl: number;
  readonly lesionCount: number;
  /** Largest first. */
  readonly lesions: readonly Lesion[];
  readonly lowAdc: LowAdc | null;
};

/** Left and right to say `both`, a lesion must have more than this part on each side. */
const bothShare = 0.1;

/**
 * The threshold of ADC that perfusion software takes for infarct core, mm²/s. Products that use the same one differ at the
 * limits of trials (PMC7813720), so that it is stated with the volume.
 */
const coreAdcMm2PerS = 0.00062;

/**
 * Measures each 26-connected lesion of a mask: volume, side, place, depth and ADC. Sides and places go by the
 * affine's world coordinates, never by array order. The ADC may lie on another grid and come in any unit.
 */
export function measureLesions({
  mask,
  adc,
  brain,
  numbered = numberLesions(mask),
}: {
  readonly mask: Mask;
  readonly adc: Volume;
  readonly brain: Mask | null;
  readonly numbered?: NumberedLesions;
}): Measured {
  const { numbers: labels, count, sizes } = numbered;
  if (count === 0) return { volumeMl: 0, lesionCount: 0, lesions: [], lowAdc: lowAdcOf(0) };
  const voxelMl = voxelVolumeMl(mask.affine);
  const head = outlineOf(brain ?? mask, brain !== null);
  const diffusion = resampleLinear(adc, mask, Number.NaN).data;
  const toMm2PerS = adcFactor(diffusion, brain?.data ?? mask.data);
  const boxes = boxesOf(labels, count, mask.shape);
  const lesions = Array.from({ length: count }, (_, n): Lesion => {
    const label = n + 1;
    const { centroidMm, rightShare } = placeOf(label, labels, boxes[label], mask, head);
    return {
      id: label,
      volumeMl: sizes[label] * voxelMl,
      side: sideOf(rightShare),
      place: head.known ? placeInWords(centroidMm, head) : 'brain not segmented',
      centroidMm,
      focusMm: deepestPoint(label, labels, boxes[label], mask),
      ...adcOf(label, labels, boxes[label], mask.shape, diffusion, toMm2PerS),
    };
  });
  return {
    volumeMl: sizes.reduce((sum, size) => sum + size, 0) * voxelMl,
    lesionCount: count,
    lesions,
    lowAdc: toMm2PerS === null ? null : lowAdcOf(countLow(labels, diffusion, toMm2PerS) * voxelMl),
  };
}

function lowAdcOf(volumeMl: number): LowAdc {
  return { belowMm2PerS: coreAdcMm2PerS, volumeMl };
}

/** Marked voxels below the threshold; what has no ADC does not count. */
function countLow(labels: Int32Array, diffusion: Float32Array, toMm2PerS: number): number {
  let count = 0;
  for (let at = 0; at < labels.length; at++)
    if (labels[at] !== 0 && diffusion[at] * toMm2PerS < coreAdcMm2PerS) count++;
  return count;
}

/** The brain's extent in world mm, and its mid-plane x = base + perY·y + perZ·z. */
type Outline = {
  readonly known: boolean;
  readonly low: Vec3;
  readonly high: Vec3;
  readonly plane: { readonly base: number; readonly perY: number; readonly perZ: number };
};

const cellMm = 6;

/**
 * The mid-plane halves the brain's width: a plane through the middles between its leftmost and rightmost
 * points, over cells of y and z, fitted by weighted least squares (twice, the second time without outliers).
 */
function outlineOf(brain: Mask, known: boolean): Outline {
  let [lowX, lowY, lowZ] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let [highX, highY, highZ] = [-lowX, -lowY, -lowZ];
  const [rowX, rowY, rowZ] = brain.affine;
  const cells = new Map<number, { y: number; z: number; left: number; right: number }>();
  eachVoxel(brain, (at, i, j, k) => {
    if (brain.data[at] === 0) return;
    // By hand: some hundred thousand voxels, and an array for each of them would be most of the time.
    const x = rowX[0] * i + rowX[1] * j + rowX[2] * k + rowX[3];
    const y = rowY[0] * i + rowY[1] * j + rowY[2] * k + rowY[3];
    const z = rowZ[0] * i + rowZ[1] * j + rowZ[2] * k + rowZ[3];
    [lowX, lowY, lowZ] = [Math.min(lowX, x), Math.min(lowY, y), Math.min(lowZ, z)];
    [highX, highY, highZ] = [Math.max(highX, x), Math.max(highY, y), Math.max(highZ, z)];
    const [cellY, cellZ] = [Math.round(y / cellMm), Math.round(z / cellMm)];
    const key = (cellY + 4096) * 8192 + cellZ + 4096;
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, { y: cellY * cellMm, z: cellZ * cellMm, left: x, right: x });
    else if (x < cell.left) cell.left = x;
    else if (x > cell.right) cell.right = x;
  });
  const [low, high]: [Vec3, Vec3] = [
    [lowX, lowY, lowZ],
    [highX, highY, highZ],
  ];
  if (!known) {
    // Without a brain the middle of the field of view is the best guess.
    const corner = (n: 0 | 1): Vec3 => [
      n * (brain.shape[0] - 1),
      n * (brain.shape[1] - 1),
      n * (brain.shape[2] - 1),
    ];
    const middle =
      (transformPoint(brain.affine, corner(0))[0] + transformPoint(brain.affine, corner(1))[0]) / 2;
    return { known, low, high, plane: { base: middle, perY: 0, perZ: 0 } };
  }
  const middles = [...cells.values()].map(({ y, z, left, right }) => ({
    y,
    z,
    x: (left + right) / 2,
    weight: right - left,
  }));
  const first = fitPlane(middles);
  const residuals = Float32Array.from(middles, (m) =>
    Math.abs(m.x - first.base - first.perY * m.y - first.perZ * m.z),
  );
  const limit = Math.max(3, 2.5 * quantile(residuals, 0.5));
  const plane = fitPlane(middles.filter((_, n) => residuals[n] <= limit));
  return { known, low, high, plane };
}

function fitPlane(points: readonly { x: number; y: number; z: number; weight: number }[]): Outline['plane'] {
  let [w, mx, my, mz] = [0, 0, 0, 0];
  for (const p of points) {
    w += p.weight;
    mx += p.weight * p.x;
    my += p.weight * p.y;
    mz += p.weight * p.z;
  }
  if (w === 0) return { base: points[0]?.x ?? 0, perY: 0, perZ: 0 };
  [mx, my, mz] = [mx / w, my / w, mz / w];
  let [yy, yz, zz, xy, xz] = [0, 0, 0, 0, 0];
  for (const p of points) {
    const [x, y, z] = [p.x - mx, p.y - my, p.z - mz];
    yy += p.weight * y * y;
    yz += p.weight * y * z;
    zz += p.weight * z * z;
    xy += p.weight * x * y;
    xz += p.weight * x * z;
  }
  // A head is tilted by degrees, not by more: damping keeps thin slabs and crops from making up a tilt.
  const damping = w * 25;
  [yy, zz] = [yy + damping, zz + damping];
  const determinant = yy * zz - yz * yz;
  const perY = (xy * zz - xz * yz) / determinant;
  const perZ = (xz * yy - xy * yz) / determinant;
  return { base: mx - perY * my - perZ * mz, perY, perZ };
}

function sideOf(rightShare: number): Side {
  if (rightShare > 1 - bothShare) return 'right';
  return rightShare < bothShare ? 'left' : 'both';
}

function placeInWords([, y, z]: Vec3, { low, high }: Outline): string {
  const third = (value: number, axis: 1 | 2) =>
    Math.min(2, Math.max(0, Math.floor((3 * (value - low[axis])) / (high[axis] - low[axis] || 1))));
  const along = ['posterior', 'middle', 'anterior'][third(y, 1)];
  return `${along} third of the brain, ${['inferior', 'mid', 'superior'][third(z, 2)]} level`;
}

/** Centroid in world mm, and the part of the voxels right of the mid-plane. */
function placeOf(label: number, labels: Int32Array, box: Box, grid: Grid, { plane }: Outline) {
  let [count, right, x, y, z] = [0, 0, 0, 0, 0];
  eachIn(box, grid.shape, (at, i, j, k) => {
    if (labels[at] !== label) return;
    const p = transformPoint(grid.affine, [i, j, k]);
    count++;
    x += p[0];
    y += p[1];
    z += p[2];
    const off = p[0] - plane.base - plane.perY * p[1] - plane.perZ * p[2];
    right += off > 0 ? 1 : off < 0 ? 0 : 0.5;
  });
  return { centroidMm: vec([x / count, y / count, z / count]), rightShare: right / count };
}

/** The voxel furthest from the lesion's surface, in world mm; the first of several. */
function deepestPoint(label: number, labels: Int32Array, box: Box, grid: Grid): Vec3 {
  const around = expandBox(box, grid.shape, [1, 1, 1], 1);
  const size = sizeOf(around);
  const whole = new Uint8Array(labels.length > 0 ? size[0] * size[1] * size[2] : 0);
  let n = 0;
  eachIn(around, grid.shape, (at) => {
    whole[n++] = labels[at] === label ? 0 : 1;
  });
  const distance = squaredDistanceTo(whole, size, spacingOf(grid.affine));
  let deepest = -1;
  let voxel: Vec3 = box.low;
  n = 0;
  eachIn(around, grid.shape, (at, i, j, k) => {
    if (labels[at] === label && distance[n] > deepest) {
      deepest = distance[n];
      voxel = [i, j, k];
    }
    n++;
  });
  return transformPoint(grid.affine, voxel);
}

function adcOf(
  label: number,
  labels: Int32Array,
  box: Box,
  shape: Vec3,
  diffusion: Float32Array,
  toMm2PerS: number | null,
): Pick<Lesion, 'meanAdcMm2PerS' | 'minAdcMm2PerS'> {
  let [count, sum, least] = [0, 0, Number.POSITIVE_INFINITY];
  eachIn(box, shape, (at) => {
    const value = diffusion[at];
    if (labels[at] !== label || !Number.isFinite(value)) return;
    count++;
    sum += value;
    least = Math.min(least, value);
  });
  if (count === 0 || toMm2PerS === null) return { meanAdcMm2PerS: null, minAdcMm2PerS: null };
  return { meanAdcMm2PerS: (sum / count) * toMm2PerS, minAdcMm2PerS: least * toMm2PerS };
}

/** Factor to mm²/s by the typical value over the brain; null when there is none. */
function adcFactor(diffusion: Float32Array, brain: Uint8Array): number | null {
  const positive = new Float32Array(diffusion.length);
  let count = 0;
  for (let at = 0; at < diffusion.length; at++) {
    const value = diffusion[at];
    if (brain[at] !== 0 && value > 0 && value < Number.POSITIVE_INFINITY) positive[count++] = value;
  }
  const inside = positive.subarray(0, count);
  return inside.length === 0 ? null : factorToMicrometres(quantile(inside, 0.5, true)) * 1e-6;
}

function boxesOf(labels: Int32Array, count: number, shape: Vec3): Box[] {
  const low = Array.from({ length: count + 1 }, () => [shape[0], shape[1], shape[2]]);
  const high = Array.from({ length: count + 1 }, () => [-1, -1, -1]);
  eachVoxel({ shape }, (at, i, j, k) => {
    const label = labels[at];
    if (label === 0) return;
    [i, j, k].forEach((n, axis) => {
      if (n < low[label][axis]) low[label][axis] = n;
      if (n > high[label][axis]) high[label][axis] = n;
    });
  });
  return low.map((corner, label) => ({ low: vec(corner), high: vec(high[label]) }));
}

function vec(values: readonly number[]): Vec3 {
  return [values[0], values[1], values[2]];
}

type Visit = (at: number, i: number, j: number, k: number) => void;

function eachVoxel({ shape }: Pick<Grid, 'shape'>, visit: Visit): void {
  eachIn({ low: [0, 0, 0], high: [shape[0] - 1, shape[1] - 1, shape[2] - 1] }, shape, visit);
}

function eachIn({ low, high }: Box, [nx, ny]: Vec3, visit: Visit): void {
  for (let k = low[2]; k <= high[2]; k++)
    for (let j = low[1]; j <= high[1]; j++)
      for (let i = low[0]; i <= high[0]; i++) visit(i + nx * (j + ny * k), i, j, k);
}

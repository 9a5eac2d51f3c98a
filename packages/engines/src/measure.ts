import { sameGrid, spacingMm, transformPoint, voxelVolumeMl } from '@atoll/volume/affine';
import { labelComponents } from '@atoll/volume/components';
import { squaredDistanceTo } from '@atoll/volume/distance';
import { resampleLinear } from '@atoll/volume/resample';
import type { Grid, Mask, Vec3, Volume } from '@atoll/volume/volume';
import type { Lesion, Side } from './report.ts';

export type Measured = {
  readonly volumeMl: number;
  readonly lesionCount: number;
  readonly lesions: readonly Lesion[];
};

/** A lesion with at least this share of its volume on each side of the mid-plane lies on both. */
const bothSidesShare = 0.1;

/**
 * The lesions of a mask: 26-connected components, the largest first, with side and place by world
 * coordinates, never by array order.
 * @param adc on any grid and in any of the usual units.
 * @param brain for mid-plane and extent; without it those of the mask's grid are taken.
 */
export function measureLesions({
  mask,
  adc,
  brain,
}: {
  readonly mask: Mask;
  readonly adc: Volume;
  readonly brain: Mask | null;
}): Measured {
  const { labels, count, sizes } = labelComponents(mask.data, mask.shape, 26);
  if (count === 0) return { volumeMl: 0, lesionCount: 0, lesions: [] };
  const ml = voxelVolumeMl(mask.affine);
  const extent = extentOf(brain !== null && brain.data.includes(1) ? brain : mask, brain !== null);
  const depth = depthInside(mask);
  const tallies = tally(labels, count, mask, extent.middle[0], depth, adcOnGrid(adc, mask));
  const order = Array.from({ length: count }, (_, at) => at + 1).sort((a, b) => sizes[b] - sizes[a] || a - b);
  const lesions = order.map((label, at): Lesion => {
    const { centroidMm, focusMm, leftShare, meanAdc, minAdc } = tallies[label];
    return {
      id: at + 1,
      volumeMl: sizes[label] * ml,
      side: sideOf(leftShare),
      place: placeOf(centroidMm, extent),
      centroidMm,
      focusMm,
      meanAdcMm2PerS: meanAdc,
      minAdcMm2PerS: minAdc,
    };
  });
  const voxels = sizes.reduce((sum, size) => sum + size, 0);
  return { volumeMl: voxels * ml, lesionCount: count, lesions };
}

function sideOf(leftShare: number): Side {
  if (leftShare >= bothSidesShare && leftShare <= 1 - bothSidesShare) return 'both';
  return leftShare > 0.5 ? 'left' : 'right';
}

type Extent = { readonly low: Vec3; readonly high: Vec3; readonly middle: Vec3 };

/** World bounds of a mask's voxels; its middle in x is the mean, which a lopsided edge moves less. */
function extentOf(mask: Mask, byContent: boolean): Extent {
  const low: [number, number, number] = [Infinity, Infinity, Infinity];
  const high: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  let sumX = 0;
  let seen = 0;
  forEachVoxel(mask, (at, point) => {
    if (byContent && mask.data[at] === 0) return;
    sumX += point[0];
    seen++;
    for (const axis of [0, 1, 2] as const) {
      low[axis] = Math.min(low[axis], point[axis]);
      high[axis] = Math.max(high[axis], point[axis]);
    }
  });
  return { low, high, middle: [sumX / seen, (low[1] + high[1]) / 2, (low[2] + high[2]) / 2] };
}

/** Thirds of the brain's extent from back to front and from bottom to top: coarse, and no atlas. */
function placeOf(point: Vec3, { low, high }: Extent): string {
  const third = (axis: 1 | 2) => {
    const share = (point[axis] - low[axis]) / Math.max(1e-6, high[axis] - low[axis]);
    return share < 1 / 3 ? 0 : share < 2 / 3 ? 1 : 2;
  };
  return `${['posterior', 'middle', 'anterior'][third(1)]}, ${['lower', 'middle', 'upper'][third(2)]} third`;
}

/** Squared distance in mm² from each voxel to the nearest one outside the mask; the grid's edge is outside. */
function depthInside(mask: Mask): Float32Array {
  const outside = mask.data.map((inside) => (inside === 0 ? 1 : 0));
  return squaredDistanceTo(outside, mask.shape, spacingMm(mask.affine));
}

type Tally = {
  readonly centroidMm: Vec3;
  readonly focusMm: Vec3;
  readonly leftShare: number;
  readonly meanAdc: number | null;
  readonly minAdc: number | null;
};

function tally(
  labels: Int32Array,
  count: number,
  grid: Grid,
  midX: number,
  depth: Float32Array,
  adc: Float32Array,
): Tally[] {
  const sums = Array.from({ length: count + 1 }, () => ({
    voxels: 0,
    sum: [0, 0, 0],
    left: 0,
    deepest: -1,
    focus: [0, 0, 0] as Vec3,
    adcSum: 0,
    adcVoxels: 0,
    adcMin: Infinity,
  }));
  forEachVoxel(grid, (at, point) => {
    if (labels[at] === 0) return;
    const lesion = sums[labels[at]];
    lesion.voxels++;
    for (const axis of [0, 1, 2]) lesion.sum[axis] += point[axis];
    if (point[0] < midX) lesion.left++;
    if (depth[at] > lesion.deepest) {
      lesion.deepest = depth[at];
      lesion.focus = point;
    }
    // Zero or less is no diffusion but a voxel outside the map.
    if (adc[at] > 0) {
      lesion.adcSum += adc[at];
      lesion.adcVoxels++;
      lesion.adcMin = Math.min(lesion.adcMin, adc[at]);
    }
  });
  return sums.map(({ voxels, sum, left, focus, adcSum, adcVoxels, adcMin }) => ({
    centroidMm: [sum[0] / voxels, sum[1] / voxels, sum[2] / voxels],
    focusMm: focus,
    leftShare: left / voxels,
    meanAdc: adcVoxels === 0 ? null : adcSum / adcVoxels,
    minAdc: adcVoxels === 0 ? null : adcMin,
  }));
}

/** ADC on the mask's grid in mm²/s, whatever unit it came in: brain tissue is near 0.8·10⁻³ mm²/s. */
function adcOnGrid(adc: Volume, grid: Grid): Float32Array {
  const data = sameGrid(adc, grid) ? adc.data : resampleLinear(adc, grid).data;
  const positive = data.filter((value) => value > 0 && Number.isFinite(value)).sort();
  const median = positive[positive.length >> 1] ?? 1;
  const unit = median < 0.05 ? 1 : median < 50 ? 1e-3 : 1e-6;
  return unit === 1 ? data : data.map((value) => value * unit);
}

/** Calls `visit` with each voxel's position in the array and in world mm. */
function forEachVoxel({ shape, affine }: Grid, visit: (at: number, point: Vec3) => void): void {
  let at = 0;
  for (let k = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++)
      for (let i = 0; i < shape[0]; i++) visit(at++, transformPoint(affine, [i, j, k]));
}

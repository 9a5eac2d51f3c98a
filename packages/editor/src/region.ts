import { AtollError } from '@atoll/errors/error';
import { spacingMm as spacingOf } from '@atoll/volume/affine';
import { smoothGaussian } from '@atoll/volume/gaussian';
import { quantile, robustSigma } from '@atoll/volume/histogram';
import { type Box, cropImage, expandBox, sizeOf } from '@atoll/volume/morphology';
import type { Grid, Vec3 } from '@atoll/volume/volume';
import type { Intensities } from './limits.ts';
import { runsOf, type VoxelRuns } from './voxel-runs.ts';

export type RegionWish = {
  /** How far towards healthy tissue the region goes: 0 takes what is like the clicked place, 1 all but healthy tissue. */
  readonly reach: number;
  /** It ends so many mm from the clicked place. */
  readonly withinMm: number;
  /** Voxels that may be taken; all unless given. */
  readonly isAllowed?: ((at: number) => boolean) | null;
};

export const usualRegion = { reach: 0.5, withinMm: 40 } as const;

/** Images are smoothed by so much, for a single voxel says little. */
const smoothingMm = 1;
/** What is nearer than this is not healthy tissue to compare with; what is farther is another coil's sensitivity. */
const surroundingsMm = { from: 12, to: 50 } as const;
/** Less difference than this from healthy tissue, in its own σ, is none. */
const leastSigmas = 1.5;
/** ADC of what can be healthy tissue, over the median of all that holds water: neither infarct nor CSF. */
const tissueAdc = { low: 0.6, high: 1.6 } as const;
const leastTissue = 100;

/** An image around the clicked place, as so many σ of healthy tissue away from it. */
type Feature = { readonly values: Float32Array; readonly atSeed: number };

/**
 * What belongs to the clicked place: the voxels that hang together with it (by their faces) and are, smoothed, nearer
 * to it than to this patient's healthy tissue around, in DWI and ADC together, each measured in its own robust σ.
 * @param seed the clicked voxel.
 * @throws AtollError REGION_NO_CONTRAST where the place does not differ from healthy tissue, or there is none to
 *   compare with.
 */
export function growRegion(intensities: Intensities, grid: Grid, seed: Vec3, wish: RegionWish): VoxelRuns {
  const { shape } = grid;
  const spacing = spacingOf(grid.affine);
  const box = expandBox(
    { low: seed, high: seed },
    shape,
    spacing,
    Math.max(wish.withinMm, surroundingsMm.to),
  );
  const inBox: Vec3 = [seed[0] - box.low[0], seed[1] - box.low[1], seed[2] - box.low[2]];
  const size = sizeOf(box);
  const squared = squaredMm(size, spacing, inBox);
  const images = [intensities.dwi, ...(intensities.adc === null ? [] : [intensities.adc])].map((image) =>
    smoothed(cropImage(image, shape, box), size, spacing),
  );
  const tissue = healthyAround(images, squared);
  if (tissue.length < leastTissue) throw noContrast();
  const start = placeIn(inBox, size);
  const features = images
    .map((image): Feature => inSigmas(image, tissue, start))
    .filter(({ atSeed }) => Math.abs(atSeed) >= leastSigmas);
  if (features.length === 0) throw noContrast();
  const norm = features.reduce((sum, { atSeed }) => sum + atSeed * atSeed, 0);
  const threshold = 1 - Math.max(0, Math.min(1, wish.reach));
  const belongs = (at: number): boolean => {
    let together = 0;
    for (const { values, atSeed } of features) {
      const part = values[at] / atSeed;
      // Bright alone, or dark alone, is not like a place that is both.
      if (!(part >= threshold / 2)) return false;
      together += values[at] * atSeed;
    }
    return together / norm >= threshold;
  };
  const limit = wish.withinMm * wish.withinMm;
  const { isAllowed = null } = wish;
  const inGrid = (at: number) => placeInGrid(at, size, box, shape);
  const found = flood(
    start,
    size,
    (at) => squared[at] <= limit && belongs(at) && (isAllowed === null || isAllowed(inGrid(at))),
  );
  return runsOf(found.map(inGrid));
}

function noContrast(): AtollError {
  return new AtollError('REGION_NO_CONTRAST');
}

/** Squared distance from a voxel of the box, mm²; axes are taken as straight, as they are but for shear. */
function squaredMm(size: Vec3, spacing: Vec3, from: Vec3): Float32Array {
  const out = new Float32Array(size[0] * size[1] * size[2]);
  let at = 0;
  for (let k = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++) {
      const row = ((k - from[2]) * spacing[2]) ** 2 + ((j - from[1]) * spacing[1]) ** 2;
      for (let i = 0; i < size[0]; i++) out[at++] = row + ((i - from[0]) * spacing[0]) ** 2;
    }
  return out;
}

/** NaN spreads in a filter: what is unknown is taken for nothing, and is no tissue either. */
function smoothed(image: Float32Array, size: Vec3, spacing: Vec3): Float32Array {
  for (let at = 0; at < image.length; at++) if (!Number.isFinite(image[at])) image[at] = 0;
  return smoothGaussian(image, size, spacing, smoothingMm, image);
}

/** Places in the box of what can be healthy tissue around the clicked place. */
function healthyAround([dwi, adc]: readonly Float32Array[], squared: Float32Array): Int32Array {
  const [from, to] = [surroundingsMm.from ** 2, surroundingsMm.to ** 2];
  const around: number[] = [];
  for (let at = 0; at < squared.length; at++) {
    if (squared[at] >= from && squared[at] <= to && dwi[at] > 0 && (adc === undefined || adc[at] > 0))
      around.push(at);
  }
  // Air has little signal: tissue is what has at least a third of what the brighter half has.
  const floor =
    quantile(
      Float32Array.from(around, (at) => dwi[at]),
      0.75,
    ) / 3;
  const lit = around.filter((at) => dwi[at] >= floor);
  if (adc === undefined) return Int32Array.from(lit);
  const typical = quantile(
    Float32Array.from(lit, (at) => adc[at]),
    0.5,
  );
  return Int32Array.from(
    lit.filter((at) => adc[at] >= tissueAdc.low * typical && adc[at] <= tissueAdc.high * typical),
  );
}

function inSigmas(image: Float32Array, tissue: Int32Array, start: number): Feature {
  const healthy = Float32Array.from(tissue, (at) => image[at]);
  const centre = quantile(healthy, 0.5);
  const sigma = Math.max(robustSigma(healthy, centre), 1e-3 * Math.abs(centre), 1e-6);
  const values = image.map((value) => (value - centre) / sigma);
  return { values, atSeed: values[start] };
}

/** What hangs together with a place by faces. */
function flood(start: number, [nx, ny, nz]: Vec3, isIn: (at: number) => boolean): number[] {
  const seen = new Uint8Array(nx * ny * nz);
  const found: number[] = [];
  const visit = (at: number) => {
    if (seen[at] !== 0) return;
    seen[at] = 1;
    if (isIn(at)) found.push(at);
  };
  visit(start);
  for (let n = 0; n < found.length; n++) {
    const at = found[n];
    const i = at % nx;
    const j = Math.floor(at / nx) % ny;
    const k = Math.floor(at / (nx * ny));
    if (i > 0) visit(at - 1);
    if (i < nx - 1) visit(at + 1);
    if (j > 0) visit(at - nx);
    if (j < ny - 1) visit(at + nx);
    if (k > 0) visit(at - nx * ny);
    if (k < nz - 1) visit(at + nx * ny);
  }
  return found;
}

function placeIn([i, j, k]: Vec3, [nx, ny]: Vec3): number {
  return i + nx * (j + ny * k);
}

function placeInGrid(at: number, [bx, by]: Vec3, { low }: Box, [nx, ny]: Vec3): number {
  const i = at % bx;
  const j = Math.floor(at / bx) % by;
  const k = Math.floor(at / (bx * by));
  return i + low[0] + nx * (j + low[1] + ny * (k + low[2]));
}

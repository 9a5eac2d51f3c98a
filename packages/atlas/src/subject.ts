import { transformPoint } from '@atoll/volume/affine';
import { median, modeOf } from '@atoll/volume/histogram';
import type { Grid, Mask, Vec3, Volume } from '@atoll/volume/volume';
import { type Blocks, blocksOf, type Extent, eachInBlocks, smoothBinomial } from './blocks.ts';

/** What is registered: a patient's ADC, where the brain is, and what of it is lesion. All on one grid. */
export type Subject = {
  readonly adc: Volume;
  readonly brain: Mask;
  readonly lesion: Mask;
  /** ADC of healthy tissue in the units of `adc`. */
  readonly healthyAdc: number;
  /** The part of the grid in which the brain's outline is known; beyond it the images, or the brain, were cut off. */
  readonly extent: Extent;
};

/** The brain's samples at one resolution. Positions are world mm relative to `centre`. */
export type Samples = {
  readonly count: number;
  readonly centre: Vec3;
  /** x, y and z in turn. */
  readonly places: Float64Array;
  /** 0–1. */
  readonly outline: Float32Array;
  /** Over that of healthy tissue. */
  readonly adc: Float32Array;
  /** How much the ADC counts: 0 outside the brain and in the lesion. */
  readonly weight: Float32Array;
};

/** ADC over this many times the healthy one is CSF, however much. */
const highestAdc = 3;
/** A last slice of the brain that is this part of its largest one was cut, not reached. */
const cutShare = 0.3;

/**
 * Looks at what is to be registered; the brain must not be empty.
 * @returns null where there is no brain with an ADC.
 */
export function examineSubject(adc: Volume, brain: Mask, lesion: Mask): Subject | null {
  const healthyAdc = healthyLevel(adc.data, brain.data, lesion.data);
  const extent = extentOf(brain);
  return healthyAdc === null || extent === null ? null : { adc, brain, lesion, healthyAdc, extent };
}

/** The most frequent ADC of the brain outside the lesion. */
function healthyLevel(adc: Float32Array, brain: Uint8Array, lesion: Uint8Array): number | null {
  const values = new Float32Array(adc.length);
  let count = 0;
  for (let at = 0; at < adc.length; at++)
    if (brain[at] !== 0 && lesion[at] === 0 && adc[at] > 0 && adc[at] < 1e30) values[count++] = adc[at];
  if (count === 0) return null;
  const inside = values.subarray(0, count);
  const middle = median(inside);
  return modeOf(inside, 0.3 * middle, 2 * middle, { bins: 128, smoothing: 4 }) ?? middle;
}

/** All of the grid, less what lies beyond a cut. */
function extentOf({ shape, data }: Mask): Extent | null {
  const areas = shape.map((length) => new Float64Array(length));
  let at = 0;
  for (let k = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++)
      for (let i = 0; i < shape[0]; i++, at++) {
        if (data[at] === 0) continue;
        areas[0][i]++;
        areas[1][j]++;
        areas[2][k]++;
      }
  const low = [0, 0, 0];
  const high = [0, 0, 0];
  for (const axis of [0, 1, 2] as const) {
    const along = areas[axis];
    const first = along.findIndex((area) => area > 0);
    if (first < 0) return null;
    const last = along.findLastIndex((area) => area > 0);
    const largest = along.reduce((most, area) => (area > most ? area : most), 0);
    low[axis] = along[first] > cutShare * largest ? first : 0;
    high[axis] = along[last] > cutShare * largest ? last + 1 : shape[axis];
  }
  return { low: [low[0], low[1], low[2]], high: [high[0], high[1], high[2]] };
}

/**
 * The patient's samples in blocks of about `edgeMm`, smoothed by about `sigmaMm`, in the brain and up to
 * `marginMm` around it.
 * @param about what places are relative to; the brain's middle unless given.
 */
export function sampleSubject(
  subject: Subject,
  edgeMm: number,
  sigmaMm: number,
  marginMm: number,
  about?: Vec3,
): Samples {
  const { brain, lesion, adc, healthyAdc, extent } = subject;
  const blocks = blocksOf(brain, edgeMm, extent);
  const blockCount = blocks.grid.shape[0] * blocks.grid.shape[1] * blocks.grid.shape[2];
  const outline = new Float32Array(blockCount);
  const weight = new Float32Array(blockCount);
  const sum = new Float32Array(blockCount);
  const ill = new Uint8Array(blockCount);
  eachInBlocks(blocks, brain.shape, (voxel, block) => {
    if (brain.data[voxel] === 0) return;
    outline[block]++;
    if (lesion.data[voxel] !== 0) ill[block] = 1;
    const value = adc.data[voxel] / healthyAdc;
    // A NaN or a negative value is noise, or no value.
    if (!(value >= 0)) return;
    weight[block]++;
    sum[block] += value < highestAdc ? value : highestAdc;
  });
  const share = 1 / (blocks.size[0] * blocks.size[1] * blocks.size[2]);
  const near = nearLesion(ill, blocks.grid);
  const wanted = nearBrain(outline, blocks, marginMm);
  for (let at = 0; at < blockCount; at++) {
    outline[at] *= share;
    weight[at] = near[at] === 1 ? 0 : weight[at] * share;
    sum[at] = near[at] === 1 ? 0 : sum[at] * share;
  }
  const inside = weight.slice();
  smoothBinomial(outline, blocks.grid, sigmaMm);
  smoothBinomial(weight, blocks.grid, sigmaMm);
  smoothBinomial(sum, blocks.grid, sigmaMm);
  for (let at = 0; at < blockCount; at++) {
    sum[at] = weight[at] > 0 ? sum[at] / weight[at] : 0;
    weight[at] = inside[at];
  }
  return gather(blocks.grid, wanted, { outline, adc: sum, weight }, about);
}

/** Blocks with lesion and their neighbours: swelling and a blurred edge go beyond the mask. */
function nearLesion(ill: Uint8Array, { shape: [nx, ny, nz] }: Grid): Uint8Array {
  const near = new Uint8Array(ill.length);
  let at = 0;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, at++) {
        if (ill[at] === 0) continue;
        for (let z = Math.max(0, k - 1); z <= Math.min(nz - 1, k + 1); z++)
          for (let y = Math.max(0, j - 1); y <= Math.min(ny - 1, j + 1); y++)
            for (let x = Math.max(0, i - 1); x <= Math.min(nx - 1, i + 1); x++)
              near[x + nx * (y + ny * z)] = 1;
      }
  return near;
}

/** Blocks within the brain's bounding box and `marginMm` around it. */
function nearBrain(
  outline: Float32Array,
  { grid }: Blocks,
  marginMm: number,
): (i: number, j: number, k: number) => boolean {
  const [nx, ny, nz] = grid.shape;
  const low = [nx, ny, nz];
  const high = [-1, -1, -1];
  let at = 0;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, at++) {
        if (outline[at] === 0) continue;
        [i, j, k].forEach((n, axis) => {
          if (n < low[axis]) low[axis] = n;
          if (n > high[axis]) high[axis] = n;
        });
      }
  const reach = ([0, 1, 2] as const).map((axis) => {
    const [a, b, c] = grid.affine;
    return marginMm / Math.sqrt(a[axis] * a[axis] + b[axis] * b[axis] + c[axis] * c[axis]);
  });
  return (i, j, k) => {
    const place = [i, j, k];
    return place.every((n, axis) => n >= low[axis] - reach[axis] && n <= high[axis] + reach[axis]);
  };
}

function gather(
  grid: Grid,
  wanted: (i: number, j: number, k: number) => boolean,
  images: Pick<Samples, 'outline' | 'adc' | 'weight'>,
  about?: Vec3,
): Samples {
  const [nx, ny, nz] = grid.shape;
  const chosen = new Int32Array(images.outline.length);
  const places = new Float64Array(3 * chosen.length);
  let count = 0;
  let [mass, cx, cy, cz, at] = [0, 0, 0, 0, 0];
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, at++) {
        if (!wanted(i, j, k)) continue;
        const [x, y, z] = transformPoint(grid.affine, [i, j, k]);
        chosen[count] = at;
        places[3 * count] = x;
        places[3 * count + 1] = y;
        places[3 * count + 2] = z;
        count++;
        const share = images.outline[at];
        mass += share;
        cx += share * x;
        cy += share * y;
        cz += share * z;
      }
  const centre: Vec3 = about ?? [cx / mass, cy / mass, cz / mass];
  for (let n = 0; n < 3 * count; n++) places[n] -= centre[n % 3];
  const pick = (image: Float32Array) => Float32Array.from({ length: count }, (_, n) => image[chosen[n]]);
  return {
    count,
    centre,
    places: places.slice(0, 3 * count),
    outline: pick(images.outline),
    adc: pick(images.adc),
    weight: pick(images.weight),
  };
}

import type { Vec3, Volume } from '@atoll/volume/volume';

/** Volumes of one image that are looked at; a diffusion series of more directions is named by its sidecar. */
export const sampledVolumes = 64;

const maxPoints = 1 << 13;

/** What the values of a volume look like, from points spread evenly over it. */
export type Sample = {
  /** The values at the points; equal grids have equal points, so that two images can be compared at them. */
  readonly values: Float32Array;
  /** Median over the foreground: what exceeds a tenth of the 99th percentile. 0 when all is empty. */
  readonly median: number;
  /** 99.5th percentile of the foreground. */
  readonly high: number;
  /** Share of points below zero. */
  readonly negativeShare: number;
  /** No value but 0 and 1 (or one other). */
  readonly binary: boolean;
};

/** Looks at one volume. */
export function takeSample({ data, shape }: Pick<Volume, 'data' | 'shape'>): Sample {
  const values = spread(data, shape);
  const positive = values.filter((value) => value > 0 && value < 1e30).sort();
  const threshold = 0.1 * at(positive, 0.99);
  const foreground = positive.filter((value) => value > threshold);
  return {
    values,
    median: at(foreground, 0.5),
    high: at(foreground, 0.995),
    negativeShare: values.filter((value) => value < 0).length / values.length,
    binary: isBinary(data),
  };
}

/**
 * Where `bright` is brightest (its CSF, if it is a b0 or an ADC), how bright is `other` there (the
 * median)? 0 its darkest, 1 its brightest. null when the two do not have the same points or one is empty.
 */
export function rankAtBrightest(bright: Sample, other: Sample): number | null {
  if (bright.values.length !== other.values.length) return null;
  const inBoth = [...bright.values.keys()].filter(
    (point) => bright.values[point] > 0.1 * bright.high && other.values[point] > 0.02 * other.high,
  );
  if (inBoth.length < 50) return null;
  const brightest = inBoth
    .toSorted((a, b) => bright.values[b] - bright.values[a])
    .slice(0, Math.ceil(0.02 * inBoth.length));
  const sorted = Float32Array.from(inBoth, (point) => other.values[point]).sort();
  const ranks = brightest.map((point) => rankOf(sorted, other.values[point])).sort((a, b) => a - b);
  return ranks[ranks.length >> 1];
}

function rankOf(sorted: Float32Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low / sorted.length;
}

function spread(data: Float32Array, [nx, ny, nz]: Vec3): Float32Array {
  const step = Math.max(1, Math.ceil(Math.cbrt((nx * ny * nz) / maxPoints)));
  const values: number[] = [];
  // Of an axis shorter than a step its middle.
  const first = (length: number) => Math.min(step >> 1, length >> 1);
  for (let k = first(nz); k < nz; k += step)
    for (let j = first(ny); j < ny; j += step)
      for (let i = first(nx); i < nx; i += step) values.push(data[i + nx * (j + ny * k)]);
  return Float32Array.from(values, (value) => (Number.isFinite(value) ? value : 0));
}

function isBinary(data: Float32Array): boolean {
  let other = 0;
  for (const value of data) {
    if (value === 0 || value === other) continue;
    if (other !== 0) return false;
    other = value;
  }
  return other !== 0;
}

/** A quantile of sorted values; 0 of none. */
function at(sorted: Float32Array, share: number): number {
  return sorted.length === 0 ? 0 : sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

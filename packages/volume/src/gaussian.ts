import { copyRows } from './rows.ts';
import { threeMeans } from './running-mean.ts';
import type { Vec3 } from './volume.ts';

/** Beyond this many σ the kernel is cut; 0.3 % of its weight lies there and is given to the rest. */
const reachInSigmas = 3;

/**
 * The longest σ, in voxels, that a kernel is made for: 4 times what any preset asks for on any real image. Beyond it
 * running means stand in, whose cost does not grow with σ, so that no voxel size makes a filter cost more than its
 * voxels do.
 */
const longestKernelSigma = 20;

/**
 * Separable Gaussian smoothing, σ in mm on every axis. Outside the grid the edge's value goes on. Axes along
 * which σ is too short to matter (under a fifth of a voxel) are left as they are. Returns a new array unless
 * `out` (which may be `data` itself) is given.
 */
export function smoothGaussian(
  data: Float32Array,
  shape: Vec3,
  spacingMm: Vec3,
  sigmaMm: number,
  out: Float32Array = new Float32Array(data.length),
): Float32Array {
  if (out !== data) out.set(data);
  const [nx, ny, nz] = shape;
  const sigmas = spacingMm.map((spacing) => sigmaMm / spacing);
  const isLong = sigmas.map((sigma) => sigma > longestKernelSigma);
  const kernels = sigmas.map((sigma, axis) => (isLong[axis] ? Float64Array.of(1) : halfKernel(sigma)));
  if (nx > 1 && kernels[0].length > 1) alongRows(out, nx, kernels[0]);
  if (ny > 1 && kernels[1].length > 1)
    for (let z = 0; z < nz; z++) acrossRows(out, z * nx * ny, ny, nx, kernels[1]);
  // The third axis is taken one plane of (x, z) at a time, so that the rows in work stay in the cache.
  if (nz > 1 && kernels[2].length > 1)
    for (let y = 0; y < ny; y++) acrossRows(out, y * nx, nz, nx, kernels[2], nx * ny);
  for (const axis of [0, 1, 2] as const) if (isLong[axis]) threeMeans(out, shape, axis, sigmas[axis]);
  return out;
}

/**
 * Gaussian mean over the voxels of a mask alone: G(data·mask) / G(mask) inside it, 0 outside (normalised
 * convolution, Knutsson & Westin 1993). Voxels outside neither count nor leak in.
 */
export function smoothWithinMask(
  data: Float32Array,
  mask: Uint8Array,
  shape: Vec3,
  spacingMm: Vec3,
  sigmaMm: number,
): Float32Array {
  return smootherWithinMask(mask, shape, spacingMm, sigmaMm)(data);
}

/** {@link smoothWithinMask} for several images: the mask's own part is computed once. */
export function smootherWithinMask(
  mask: Uint8Array,
  shape: Vec3,
  spacingMm: Vec3,
  sigmaMm: number,
): (data: Float32Array) => Float32Array {
  const weights = Float32Array.from(mask);
  for (let at = 0; at < weights.length; at++) if (weights[at] !== 0) weights[at] = 1;
  smoothGaussian(weights, shape, spacingMm, sigmaMm, weights);
  return (data) => {
    const values = new Float32Array(data.length);
    for (let at = 0; at < data.length; at++) if (mask[at] !== 0) values[at] = data[at];
    smoothGaussian(values, shape, spacingMm, sigmaMm, values);
    for (let at = 0; at < data.length; at++) values[at] = mask[at] === 0 ? 0 : values[at] / weights[at];
    return values;
  };
}

/** How far the Gaussian reaches, in mm at most: what lies further away does not count. */
export function reachOf(sigmaMm: number): number {
  return reachInSigmas * sigmaMm;
}

/** Weights of the centre and of one side, σ in voxels; the whole kernel sums to 1. */
function halfKernel(sigma: number): Float64Array {
  if (!(sigma >= 0.2)) return Float64Array.of(1);
  const reach = Math.max(1, Math.ceil(reachInSigmas * sigma));
  const kernel = Float64Array.from({ length: reach + 1 }, (_, step) =>
    Math.exp((-0.5 * step * step) / (sigma * sigma)),
  );
  const total = kernel.reduce((sum, weight, step) => sum + (step === 0 ? weight : 2 * weight), 0);
  return kernel.map((weight) => weight / total);
}

function alongRows(data: Float32Array, length: number, kernel: Float64Array): void {
  const reach = kernel.length - 1;
  const line = new Float32Array(length + 2 * reach);
  for (let start = 0; start < data.length; start += length) {
    line.fill(data[start], 0, reach);
    line.set(data.subarray(start, start + length), reach);
    line.fill(data[start + length - 1], reach + length);
    for (let x = 0; x < length; x++) {
      const centre = x + reach;
      let sum = kernel[0] * line[centre];
      for (let step = 1; step <= reach; step++)
        sum += kernel[step] * (line[centre - step] + line[centre + step]);
      data[start + x] = sum;
    }
  }
}

/** Smooths across `count` rows of `width` values, the first at `start`, each `stride` after the one before. */
function acrossRows(
  data: Float32Array,
  start: number,
  count: number,
  width: number,
  kernel: Float64Array,
  stride = width,
): void {
  const reach = kernel.length - 1;
  const rows = new Float32Array((count + 2 * reach) * width);
  copyRows(data, { start, count, width, stride }, rows, reach);
  for (let row = 1; row <= reach; row++) {
    rows.copyWithin((reach - row) * width, reach * width, (reach + 1) * width);
    rows.copyWithin((reach + count - 1 + row) * width, (reach + count - 1) * width, (reach + count) * width);
  }
  const sums = new Float64Array(width);
  for (let row = 0; row < count; row++) {
    const centre = (row + reach) * width;
    const middle = kernel[0];
    for (let x = 0; x < width; x++) sums[x] = middle * rows[centre + x];
    for (let step = 1; step <= reach; step++) {
      const weight = kernel[step];
      const before = centre - step * width;
      const after = centre + step * width;
      for (let x = 0; x < width; x++) sums[x] += weight * (rows[before + x] + rows[after + x]);
    }
    data.set(sums, start + row * stride);
  }
}

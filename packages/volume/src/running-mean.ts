import type { Vec3 } from './volume.ts';

/**
 * Smooths along one axis, in place, by three running means one after the other, which together come within 7 % of
 * the peak of a Gaussian of this σ (in voxels). Outside the grid the edge's value goes on. Time and memory do not depend on σ.
 * Source: Wells, Efficient synthesis of Gaussian filters by cascaded uniform filters, IEEE PAMI 1986.
 */
export function threeMeans(data: Float32Array, shape: Vec3, axis: 0 | 1 | 2, sigma: number): void {
  const length = shape[axis];
  const stride = axis === 0 ? 1 : axis === 1 ? shape[0] : shape[0] * shape[1];
  const line = new Float64Array(length);
  const smooth = new Float64Array(length);
  const radii = radiiFor(sigma);
  for (let start = 0; start < data.length; start++) {
    if (Math.floor(start / stride) % length !== 0) continue;
    for (let i = 0; i < length; i++) line[i] = data[start + i * stride];
    for (const radius of radii) {
      runningMean(line, smooth, radius);
      line.set(smooth);
    }
    for (let i = 0; i < length; i++) data[start + i * stride] = line[i];
  }
}

/** Three windows whose variances add up to σ²: those of w voxels have (w² − 1) / 12 each. */
function radiiFor(sigma: number): readonly number[] {
  const ideal = Math.sqrt(4 * sigma * sigma + 1);
  const low = Math.max(1, 2 * Math.floor((ideal - 1) / 2) + 1);
  const lows = Math.round((12 * sigma * sigma - 3 * low * low - 12 * low - 9) / (-4 * low - 4));
  return [0, 1, 2].map((pass) => ((pass < lows ? low : low + 2) - 1) / 2);
}

/** The mean over `radius` voxels on either side and the one between. */
function runningMean(line: Float64Array, out: Float64Array, radius: number): void {
  const last = line.length - 1;
  const [first, end] = [line[0], line[last]];
  let sum = (radius + 1) * first;
  for (let i = 1; i <= Math.min(radius, last); i++) sum += line[i];
  if (radius > last) sum += (radius - last) * end;
  for (let x = 0; x <= last; x++) {
    out[x] = sum / (2 * radius + 1);
    sum += (x + radius + 1 > last ? end : line[x + radius + 1]) - (x - radius < 0 ? first : line[x - radius]);
  }
}

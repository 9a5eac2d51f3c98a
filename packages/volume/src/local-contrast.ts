import type { Vec3 } from './volume.ts';

/** Residuals beyond this many standard deviations are cut, so that no artefact decides alone. */
const cutSigmas = 2.5;

/** Fewer neighbours than this say nothing about a voxel's surroundings. */
const fewestNeighbours = 8;

/**
 * How much each voxel of a mask differs from the mean of its surroundings (a box of `reach` voxels on each side,
 * within the mask), in standard deviations of that difference, cut at ±2.5; 0 outside. What varies slowly over a
 * head (coil profiles, large lesions, the outline) is gone; edges of tissue and CSF stay.
 */
export function localContrast(data: Float32Array, mask: Uint8Array, shape: Vec3, reach: Vec3): Float32Array {
  const values = new Float32Array(data.length);
  const weights = new Float32Array(data.length);
  for (let at = 0; at < data.length; at++) {
    if (mask[at] === 0) continue;
    values[at] = data[at];
    weights[at] = 1;
  }
  boxSums(values, shape, reach);
  boxSums(weights, shape, reach);
  let squares = 0;
  let count = 0;
  for (let at = 0; at < data.length; at++) {
    const known = mask[at] !== 0 && weights[at] >= fewestNeighbours;
    values[at] = known ? data[at] - values[at] / weights[at] : 0;
    if (!known) continue;
    squares += values[at] ** 2;
    count++;
  }
  const sigma = Math.sqrt(squares / count);
  if (!(sigma > 0)) return values.fill(0);
  for (let at = 0; at < data.length; at++) {
    values[at] = Math.max(-cutSigmas, Math.min(cutSigmas, values[at] / sigma));
  }
  return values;
}

/** Replaces each value by the sum over the box around it; what lies beyond the grid counts as 0. */
function boxSums(data: Float32Array, [nx, ny, nz]: Vec3, [rx, ry, rz]: Vec3): void {
  const line = new Float64Array(Math.max(nx, ny, nz) + 1);
  const along = (start: number, stride: number, length: number, reach: number) => {
    // Sums from the line's beginning, so that each box is one difference.
    for (let i = 0; i < length; i++) line[i + 1] = line[i] + data[start + i * stride];
    for (let i = 0; i < length; i++) {
      data[start + i * stride] = line[Math.min(length, i + reach + 1)] - line[Math.max(0, i - reach)];
    }
  };
  for (let row = 0; row < ny * nz; row++) along(row * nx, 1, nx, rx);
  for (let z = 0; z < nz; z++) for (let x = 0; x < nx; x++) along(z * nx * ny + x, nx, ny, ry);
  for (let column = 0; column < nx * ny; column++) along(column, nx * ny, nz, rz);
}

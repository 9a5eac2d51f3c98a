import { AtollError } from '@atoll/errors/error';
import type { Volume } from '@atoll/volume/volume';

/**
 * The trace image of a diffusion series: the geometric mean over its directions, voxel by voxel, so that
 * ln(S0/S) of it is the mean over the directions of ln(S0/S). A direction in which a voxel is zero, negative or not
 * finite is left out for that voxel: it is noise, and must not become a hole.
 * @param directions at least one; all on one grid.
 */
export function traceOf(directions: Iterable<Volume> | AsyncIterable<Volume>): Promise<Volume> {
  return combine(directions, {
    add: (value) => Math.log(value),
    end: (sum, count) => Math.exp(sum / count),
  });
}

/** The arithmetic mean of several volumes on one grid, such as repeated b0 images. */
export function meanOf(volumes: Iterable<Volume> | AsyncIterable<Volume>): Promise<Volume> {
  return combine(volumes, { add: (value) => value, end: (sum, count) => sum / count });
}

type Way = { readonly add: (value: number) => number; readonly end: (sum: number, count: number) => number };

/** What is not above zero counts for nothing; a voxel that never is stays 0. */
async function combine(
  volumes: Iterable<Volume> | AsyncIterable<Volume>,
  { add, end }: Way,
): Promise<Volume> {
  let first: Volume | null = null;
  let sums = new Float64Array(0);
  let counts = new Uint16Array(0);
  for await (const volume of volumes) {
    if (first === null) {
      first = volume;
      sums = new Float64Array(volume.data.length);
      counts = new Uint16Array(volume.data.length);
    }
    if (volume.data.length !== sums.length) throw new AtollError('IMAGE_GRIDS_DIFFER');
    for (let at = 0; at < sums.length; at++) {
      const value = volume.data[at];
      if (!(value > 0 && value < 1e30)) continue;
      sums[at] += add(value);
      counts[at]++;
    }
  }
  if (first === null) throw new AtollError('INTAKE_CHOICE_INVALID', 'No volume was chosen.');
  const data = new Float32Array(sums.length);
  for (let at = 0; at < data.length; at++) if (counts[at] > 0) data[at] = end(sums[at], counts[at]);
  return { shape: first.shape, affine: first.affine, data };
}

import { AtollError } from '@atoll/errors/error';
import { sameGrid } from '@atoll/volume/affine';
import type { Grid, Volume } from '@atoll/volume/volume';

/** The lowest share of the mean signal that a zero is taken at; below it the logarithm would make a hole of it. */
const lowestShare = 1e-3;

/**
 * The trace image of a diffusion series: the geometric mean over its directions, voxel by voxel, so that ln(S0/S)
 * of it is the mean of ln(S0/S) over the directions. A zero, a negative value or NaN in one direction is noise below
 * the scanner's resolution, and taken at the smallest signal that occurs in any; a voxel without signal in all
 * directions is 0.
 * @param directions at least one; all on one grid.
 * @throws AtollError IMAGE_GRIDS_DIFFER, INTAKE_CHOICE_INVALID
 */
export async function traceOf(directions: AsyncIterable<Volume>): Promise<Volume> {
  let smallest = Number.POSITIVE_INFINITY;
  let total = 0;
  let totalCount = 0;
  const { grid, sums, counts, volumes } = await addUp(directions, (value) => {
    if (value < smallest) smallest = value;
    total += value;
    totalCount++;
    return Math.log(value);
  });
  const floor = Math.log(Math.max(smallest, (lowestShare * total) / totalCount));
  const data = new Float32Array(sums.length);
  for (let at = 0; at < data.length; at++) {
    if (counts[at] > 0) data[at] = Math.exp((sums[at] + (volumes - counts[at]) * floor) / volumes);
  }
  return { ...grid, data };
}

/** The arithmetic mean of several volumes on one grid, such as repeated b0 images. @throws as {@link traceOf} */
export async function meanOf(repeats: AsyncIterable<Volume>): Promise<Volume> {
  const { grid, sums, volumes } = await addUp(repeats, (value) => value);
  return { ...grid, data: Float32Array.from(sums, (sum) => sum / volumes) };
}

type Sums = {
  readonly grid: Grid;
  readonly sums: Float64Array;
  /** How often a voxel had signal. */
  readonly counts: Uint16Array;
  readonly volumes: number;
};

/** Adds up `term` of whatever is above zero. */
async function addUp(all: AsyncIterable<Volume>, term: (value: number) => number): Promise<Sums> {
  let grid: Grid | null = null;
  let sums = new Float64Array(0);
  let counts = new Uint16Array(0);
  let volumes = 0;
  for await (const { shape, affine, data } of all) {
    if (grid === null) {
      grid = { shape, affine };
      sums = new Float64Array(data.length);
      counts = new Uint16Array(data.length);
    } else if (!sameGrid(grid, { shape, affine })) throw new AtollError('IMAGE_GRIDS_DIFFER');
    volumes++;
    for (let at = 0; at < sums.length; at++) {
      const value = data[at];
      if (!(value > 0 && value < 1e30)) continue;
      sums[at] += term(value);
      counts[at]++;
    }
  }
  if (grid === null) throw new AtollError('INTAKE_CHOICE_INVALID', 'No volume was selected.');
  return { grid, sums, counts, volumes };
}

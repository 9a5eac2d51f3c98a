import { spacingMm } from './affine.ts';
import type { Affine, AffineRow, Grid, Vec3, Volume, VoxelArray } from './volume.ts';

/**
 * How index axes run: `axis[w]` is the index axis that runs closest along world axis w (x, y, z), and
 * `flipped[w]` whether it runs against it.
 */
export type Orientation = {
  readonly axis: readonly [number, number, number];
  readonly flipped: readonly [boolean, boolean, boolean];
};

type Order = readonly [0 | 1 | 2, 0 | 1 | 2, 0 | 1 | 2];
const orders: readonly Order[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

/**
 * The signed permutation of index axes that is closest to the world's axes, by the largest sum of direction
 * cosines. A sum over whole permutations never gives one index axis to two world axes, as a greedy choice
 * can on an oblique grid.
 */
export function orientationOf(affine: Affine): Orientation {
  const spacing = spacingMm(affine);
  const cosine = (world: number, axis: 0 | 1 | 2) => affine[world][axis] / spacing[axis];
  let best = orders[0];
  let bestSum = -1;
  for (const order of orders) {
    const sum = order.reduce<number>((total, axis, world) => total + Math.abs(cosine(world, axis)), 0);
    if (sum > bestSum + 1e-9) [best, bestSum] = [order, sum];
  }
  const flipped = (world: 0 | 1 | 2) => cosine(world, best[world]) < 0;
  return { axis: best, flipped: [flipped(0), flipped(1), flipped(2)] };
}

/** Letters to which the index axes run, such as "LAS": the first index grows towards the patient's left. */
export function orientationCode(affine: Affine): string {
  const { axis, flipped } = orientationOf(affine);
  const letters = ['', '', ''];
  axis.forEach((indexAxis, world) => {
    letters[indexAxis] = ['RAS', 'LPI'][flipped[world] ? 1 : 0][world];
  });
  return letters.join('');
}

/** The canonical (closest to RAS) grid of the same voxel centres. */
export function canonicalGrid(grid: Grid): Grid {
  const { axis, flipped } = orientationOf(grid.affine);
  const shape: Vec3 = [grid.shape[axis[0]], grid.shape[axis[1]], grid.shape[axis[2]]];
  const row = (r: AffineRow): AffineRow => {
    const step = (w: number) => (flipped[w] ? -r[axis[w]] : r[axis[w]]);
    const shift = (w: number) => (flipped[w] ? r[axis[w]] * (shape[w] - 1) : 0);
    return [step(0), step(1), step(2), r[3] + shift(0) + shift(1) + shift(2)];
  };
  return { shape, affine: [row(grid.affine[0]), row(grid.affine[1]), row(grid.affine[2])] };
}

/** The volume with its voxels stored in canonical order; values are copied, never interpolated. */
export function toCanonical<Data extends VoxelArray>(volume: Volume<Data>): Volume<Data> {
  const data = ownCopy(volume.data);
  const { start, steps } = canonicalWalk(volume);
  const { shape, affine } = canonicalGrid(volume);
  let canonical = 0;
  for (let z = 0; z < shape[2]; z++)
    for (let y = 0; y < shape[1]; y++) {
      let stored = start + z * steps[2] + y * steps[1];
      for (let x = 0; x < shape[0]; x++, stored += steps[0]) data[canonical++] = volume.data[stored];
    }
  return { shape, affine, data };
}

/** Inverse of {@link toCanonical}: values on `canonicalGrid(grid)` put back in the order of `grid`. */
export function fromCanonical<Data extends VoxelArray>(canonicalData: Data, grid: Grid): Volume<Data> {
  const data = ownCopy(canonicalData);
  const { start, steps } = canonicalWalk(grid);
  const { shape } = canonicalGrid(grid);
  let canonical = 0;
  for (let z = 0; z < shape[2]; z++)
    for (let y = 0; y < shape[1]; y++) {
      let stored = start + z * steps[2] + y * steps[1];
      for (let x = 0; x < shape[0]; x++, stored += steps[0]) data[stored] = canonicalData[canonical++];
    }
  return { shape: grid.shape, affine: grid.affine, data };
}

/** Where canonical voxel (0, 0, 0) is stored, and how far one canonical step along x, y and z leads. */
function canonicalWalk({ shape, affine }: Grid): { start: number; steps: readonly number[] } {
  const { axis, flipped } = orientationOf(affine);
  const strides = [1, shape[0], shape[0] * shape[1]];
  const steps = axis.map((a, world) => (flipped[world] ? -strides[a] : strides[a]));
  const start = axis.reduce((sum, a, world) => sum + (flipped[world] ? strides[a] * (shape[a] - 1) : 0), 0);
  return { start, steps };
}

/** An array of the same type and length with memory of its own, even where `data` looks into shared memory. */
function ownCopy<Data extends VoxelArray>(data: Data): Data;
function ownCopy(data: VoxelArray): VoxelArray {
  return data.slice();
}

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
  const grid = canonicalGrid(volume);
  const data = structuredClone(volume.data); // of the same type; every value is overwritten
  walk(volume, (canonical, stored) => {
    data[canonical] = volume.data[stored];
  });
  return { ...grid, data };
}

/** Inverse of {@link toCanonical}: values on `canonicalGrid(grid)` put back in the order of `grid`. */
export function fromCanonical<Data extends VoxelArray>(canonicalData: Data, grid: Grid): Volume<Data> {
  const data = structuredClone(canonicalData);
  walk(grid, (canonical, stored) => {
    data[stored] = canonicalData[canonical];
  });
  return { shape: grid.shape, affine: grid.affine, data };
}

/** Calls `visit` with the position of each voxel in canonical and in stored order. */
function walk(grid: Grid, visit: (canonical: number, stored: number) => void): void {
  const { axis, flipped } = orientationOf(grid.affine);
  const strides = [1, grid.shape[0], grid.shape[0] * grid.shape[1]];
  const count = axis.map((a) => grid.shape[a]);
  const step = axis.map((a, world) => (flipped[world] ? -strides[a] : strides[a]));
  const start = axis.reduce((sum, a, w) => sum + (flipped[w] ? strides[a] * (count[w] - 1) : 0), 0);
  let canonical = 0;
  for (let z = 0; z < count[2]; z++)
    for (let y = 0; y < count[1]; y++) {
      let stored = start + z * step[2] + y * step[1];
      for (let x = 0; x < count[0]; x++, stored += step[0]) visit(canonical++, stored);
    }
}

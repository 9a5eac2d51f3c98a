import type { Box } from '@atoll/volume/morphology';
import type { Vec3 } from '@atoll/volume/volume';

/**
 * A sparse set of voxels: start and length of each run in storage order, one after the other. Runs ascend, and do not
 * touch one another.
 */
export type VoxelRuns = Int32Array;

/** Voxels of a set by their places in the array, in any order; each once. */
export function runsOf(places: ArrayLike<number>): VoxelRuns {
  const sorted = Int32Array.from(places).sort();
  const runs: number[] = [];
  for (const at of sorted) {
    const last = runs.length - 2;
    if (last >= 0 && runs[last] + runs[last + 1] === at) runs[last + 1]++;
    else runs.push(at, 1);
  }
  return Int32Array.from(runs);
}

/** Where two masks of one grid differ. */
export function runsOfDifference(one: Uint8Array, other: Uint8Array): VoxelRuns {
  const runs: number[] = [];
  const length = one.length;
  for (let at = 0; at < length; at++) {
    if ((one[at] === 0) === (other[at] === 0)) continue;
    const start = at;
    while (at < length && (one[at] === 0) !== (other[at] === 0)) at++;
    runs.push(start, at - start);
  }
  return Int32Array.from(runs);
}

/** The voxels inside a mask. */
export function runsOfMask(mask: Uint8Array): VoxelRuns {
  return runsOfDifference(mask, new Uint8Array(mask.length));
}

/** A mask of so many voxels with those of the runs inside. */
export function maskOfRuns(runs: VoxelRuns, length: number): Uint8Array<ArrayBuffer> {
  const mask = new Uint8Array(length);
  for (let n = 0; n < runs.length; n += 2) mask.fill(1, runs[n], runs[n] + runs[n + 1]);
  return mask;
}

/** Turns each of the voxels over, which done twice is nothing. @returns by how many more are inside then. */
export function flip(mask: Uint8Array, runs: VoxelRuns): number {
  let more = 0;
  for (let n = 0; n < runs.length; n += 2) {
    const end = runs[n] + runs[n + 1];
    for (let at = runs[n]; at < end; at++) {
      mask[at] = mask[at] === 0 ? 1 : 0;
      more += mask[at] === 0 ? -1 : 1;
    }
  }
  return more;
}

/** How many voxels there are in the runs. */
export function countOfRuns(runs: VoxelRuns): number {
  let count = 0;
  for (let n = 1; n < runs.length; n += 2) count += runs[n];
  return count;
}

/** The smallest box around the voxels; null for none. */
export function boxOfRuns(runs: VoxelRuns, [nx, ny]: Vec3): Box | null {
  if (runs.length === 0) return null;
  const low = [nx, ny, Math.floor(runs[0] / (nx * ny))];
  const last = runs[runs.length - 2] + runs[runs.length - 1] - 1;
  const high = [-1, -1, Math.floor(last / (nx * ny))];
  for (let n = 0; n < runs.length; n += 2) {
    const [first, end] = [runs[n], runs[n] + runs[n + 1] - 1];
    const [firstRow, lastRow] = [Math.floor(first / nx), Math.floor(end / nx)];
    const goesOver = firstRow !== lastRow;
    low[0] = Math.min(low[0], goesOver ? 0 : first % nx);
    high[0] = Math.max(high[0], goesOver ? nx - 1 : end % nx);
    // A run over the end of a slice has rows at both of its edges.
    const turns = Math.floor(firstRow / ny) !== Math.floor(lastRow / ny);
    low[1] = Math.min(low[1], turns ? 0 : firstRow % ny);
    high[1] = Math.max(high[1], turns ? ny - 1 : lastRow % ny);
  }
  return { low: [low[0], low[1], low[2]], high: [high[0], high[1], high[2]] };
}

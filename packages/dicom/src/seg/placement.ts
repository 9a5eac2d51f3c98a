import { compose, invert, transformPoint } from '@atoll/volume/affine';
import type { Grid, Vec3, Volume, VoxelArray } from '@atoll/volume/volume';
import type { SourceSlice } from './source-slice.ts';

/**
 * Where a slice's pixels lie in a mask: the voxel (i, j, k) of its first pixel, and the steps from one column and
 * from one row to the next. Voxels may lie outside the mask, where nothing is marked.
 */
export type Placement = {
  readonly first: Vec3;
  readonly columnStep: Vec3;
  readonly rowStep: Vec3;
  /** The mask's index axis that runs across the slice. */
  readonly across: 0 | 1 | 2;
};

/** A mask of any type of voxel: what is above 0 is marked. */
export type Marking = Volume<VoxelArray>;

/** How far a pixel's centre may lie from its voxel's: as much as the decimals of a DICOM header round. */
const toleranceMm = 1e-2;

/** A slice in a mask, found by its place in the world alone; null where its pixels are not voxels of the mask. */
export function placeSlice(slice: SourceSlice, grid: Grid): Placement | null {
  const toVoxel = compose(invert(grid.affine), slice.plane);
  const first = rounded(transformPoint(toVoxel, [0, 0, 0]));
  const columnStep = rounded([toVoxel[0][0], toVoxel[1][0], toVoxel[2][0]]);
  const rowStep = rounded([toVoxel[0][1], toVoxel[1][1], toVoxel[2][1]]);
  const [i, j] = [axisOf(columnStep), axisOf(rowStep)];
  if (i === null || j === null || i === j) return null;
  const across = ([0, 1, 2] as const).find((axis) => axis !== i && axis !== j) ?? 2;
  const placement = { first, columnStep, rowStep, across };
  for (const column of [0, slice.columns - 1])
    for (const row of [0, slice.rows - 1]) {
      const pixel = transformPoint(slice.plane, [column, row, 0]);
      const voxel = transformPoint(grid.affine, voxelOf(placement, column, row));
      if (!(Math.hypot(...pixel.map((mm, axis) => mm - voxel[axis])) <= toleranceMm)) return null;
    }
  return placement;
}

/** The mask under a slice, row by row: 1 where it is marked. */
export function maskUnder(slice: SourceSlice, placement: Placement, { shape, data }: Marking): Uint8Array {
  const [nx, ny, nz] = shape;
  const pixels = new Uint8Array(slice.rows * slice.columns);
  for (let row = 0, at = 0; row < slice.rows; row++)
    for (let column = 0; column < slice.columns; column++, at++) {
      const [i, j, k] = voxelOf(placement, column, row);
      if (i < 0 || j < 0 || k < 0 || i >= nx || j >= ny || k >= nz) continue;
      if (data[i + nx * (j + ny * k)] > 0) pixels[at] = 1;
    }
  return pixels;
}

function voxelOf({ first, columnStep, rowStep }: Placement, column: number, row: number): Vec3 {
  const along = (axis: 0 | 1 | 2) => first[axis] + column * columnStep[axis] + row * rowStep[axis];
  return [along(0), along(1), along(2)];
}

function rounded([x, y, z]: Vec3): Vec3 {
  // `+ 0` makes 0 of -0.
  return [Math.round(x) + 0, Math.round(y) + 0, Math.round(z) + 0];
}

/** The axis that a step of one voxel goes along, forwards or backwards; null for any other step. */
function axisOf(step: Vec3): 0 | 1 | 2 | null {
  const length = Math.abs(step[0]) + Math.abs(step[1]) + Math.abs(step[2]);
  return length === 1 ? (([0, 1, 2] as const).find((axis) => step[axis] !== 0) ?? null) : null;
}

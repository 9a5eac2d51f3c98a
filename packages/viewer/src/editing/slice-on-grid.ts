import { type Axis, axisAcross } from '@atoll/editor/plane';
import { compose, invert, transformPoint } from '@atoll/volume/affine';
import type { Affine, Grid, Vec3 } from '@atoll/volume/volume';
import type { SliceTile } from '../images/slice-tile.ts';

/** A slice of the screen over the voxels of a mask. */
export type SliceOnGrid = {
  readonly tile: SliceTile;
  /** The index axis that the slice lies across, and which of the grid's slices it is: the nearest one. */
  readonly axis: Axis;
  readonly slice: number;
  /** It is cut from an image with other angles than the grid's, and goes through several of the grid's slices. */
  readonly isTilted: boolean;
  /** From (x, y, n) of the tile to fractions of voxels, and back. */
  readonly toVoxel: Affine;
  readonly toScreen: Affine;
};

/** Where a slice of the screen lies in the grid; null where it is beside it. */
export function sliceOnGrid(tile: SliceTile, grid: Grid): SliceOnGrid | null {
  const { left, top, width, height } = tile;
  const toVoxel = compose(invert(grid.affine), tile.toMm);
  const axis = axisAcross(grid.affine, tile.plane);
  const middle = transformPoint(toVoxel, [left + width / 2, top + height / 2, 0]);
  const slice = Math.round(middle[axis]);
  const [perX, perY] = toVoxel[axis];
  const isTilted = Math.abs(perX) * width + Math.abs(perY) * height > 0.5;
  if (!isTilted && (slice < 0 || slice >= grid.shape[axis])) return null;
  return { tile, axis, slice, isTilted, toVoxel, toScreen: invert(toVoxel) };
}

/** The place under a point of the screen (CSS pixels of the canvas), in fractions of voxels. */
export function placeAt({ axis, slice, isTilted, toVoxel }: SliceOnGrid, x: number, y: number): Vec3 {
  const place: [number, number, number] = [...transformPoint(toVoxel, [x, y, 0])];
  if (!isTilted) place[axis] = slice;
  return place;
}

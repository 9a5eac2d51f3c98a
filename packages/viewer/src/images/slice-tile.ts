import type { SlicePlane } from '@atoll/pictures/slice-grid';
import { invert, transformPoint } from '@atoll/volume/affine';
import type { Affine, Grid, Vec3 } from '@atoll/volume/volume';

/**
 * A slice where it is on the screen. Both views hand out their slices in this form, so that whoever points or draws
 * upon them needs to know neither.
 */
export type SliceTile = {
  readonly plane: SlicePlane;
  /** CSS pixels from the upper left corner of the view's canvas. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /**
   * From a point of the screen to world mm (RAS+): (x, y, n), x and y in CSS pixels from the canvas' upper left corner
   * (centres of pixels lie at halves), n in slices from the one on show. It holds whatever order the image's axes have.
   */
  readonly toMm: Affine;
};

export function tileAt(tiles: readonly SliceTile[], x: number, y: number): SliceTile | null {
  const isIn = ({ left, top, width, height }: SliceTile) =>
    x >= left && x < left + width && y >= top && y < top + height;
  return tiles.find(isIn) ?? null;
}

/** World mm of a point of the screen, CSS pixels from the canvas' upper left corner. */
export function mmAt({ toMm }: SliceTile, x: number, y: number): Vec3 {
  return transformPoint(toMm, [x, y, 0]);
}

/**
 * The voxel under a point of the screen, in the order of the grid's own file (such as the DWI's, where masks are
 * edited). It may lie outside the grid.
 * @param grid of the image that the voxel is of, whatever image the tile shows.
 */
export function voxelAt(tile: SliceTile, x: number, y: number, { affine }: Pick<Grid, 'affine'>): Vec3 {
  const [i, j, k] = transformPoint(invert(affine), mmAt(tile, x, y));
  return [Math.round(i), Math.round(j), Math.round(k)];
}

/** Where a point of the world is on the screen: x and y as above, and how many slices from the one on show. */
export function screenAt({ toMm }: SliceTile, mm: Vec3): Vec3 {
  return transformPoint(invert(toMm), mm);
}

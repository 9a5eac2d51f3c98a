import { compose, spacingMm } from '@atoll/volume/affine';
import type { Affine, Grid, Vec3 } from '@atoll/volume/volume';

export type SlicePlane = 'axial' | 'coronal' | 'sagittal';

/** Axes of a canonical grid (right, anterior, superior): across the picture, up it, and through it. */
type PlaneAxes = { readonly across: 0 | 1; readonly up: 1 | 2; readonly through: 0 | 1 | 2 };

export const planeAxes: Record<SlicePlane, PlaneAxes> = {
  axial: { across: 0, up: 1, through: 2 },
  coronal: { across: 0, up: 2, through: 1 },
  sagittal: { across: 1, up: 2, through: 0 },
};

/** A rectangle of the canvas, in its pixels. */
export type Panel = {
  readonly plane: SlicePlane;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Size of the whole slice, of which the panel may show a part; the panel's own unless given. */
  readonly full?: readonly [width: number, height: number];
};

/**
 * The grid of a panel's pixels in the world: shape [width, height, 1], affine from pixel to mm. A slice is
 * drawn by resampling images onto it, so that left and right go by affines alone.
 * @param canonical grid whose axes run closest to right, anterior, superior.
 * @param index of the slice, from 0.
 * @param radiological the patient's left is on the right of the picture (not in sagittal slices).
 * @param middle the place among the voxels that is in the middle of the panel; the grid's own unless given.
 */
export function sliceGrid(
  canonical: Grid,
  { plane, width, height, full = [width, height] }: Pick<Panel, 'plane' | 'width' | 'height' | 'full'>,
  index: number,
  radiological: boolean,
  middle: Vec3 = middleOf(canonical),
): Grid {
  const { across, up, through } = planeAxes[plane];
  const columns = canonical.shape[across];
  const rows = canonical.shape[up];
  const mirrored = isMirrored(plane, radiological);
  // Pixels and voxels have an extent: the picture's edge is half a voxel before the first centre.
  const perColumn = (mirrored ? -columns : columns) / full[0];
  const firstColumn = middle[across] - (perColumn * width) / 2;
  const perRow = -rows / full[1];
  const firstRow = middle[up] - (perRow * height) / 2;
  const lines: [number, number, number, number][] = [
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
  ];
  lines[across] = [perColumn, 0, 0, firstColumn + perColumn / 2];
  lines[up] = [0, perRow, 0, firstRow + perRow / 2];
  // A thickness of its own, so that the affine can be inverted.
  lines[through] = [0, 0, 1, index];
  const toVoxel: Affine = [lines[0], lines[1], lines[2]];
  return { shape: [width, height, 1], affine: compose(canonical.affine, toVoxel) };
}

/** The place in the middle of a grid, among its voxels. */
function middleOf({ shape }: Grid): Vec3 {
  return [(shape[0] - 1) / 2, (shape[1] - 1) / 2, (shape[2] - 1) / 2];
}

function isMirrored(plane: SlicePlane, radiological: boolean): boolean {
  return radiological && plane !== 'sagittal';
}

/** What stands at the left, right, upper and lower edge of a plane's picture. */
export function edgeLetters(
  plane: SlicePlane,
  radiological: boolean,
): readonly [string, string, string, string] {
  const [low, high] = ['LR', 'PA'][planeAxes[plane].across];
  const [bottom, top] = plane === 'axial' ? 'PA' : 'IS';
  return isMirrored(plane, radiological) ? [high, low, top, bottom] : [low, high, top, bottom];
}

/**
 * The largest rectangles of the planes' true proportions in a canvas: one, or three in a row or in a square.
 * @param zoom how many times larger the slices are than would fit whole; the panels then show a part of them.
 */
export function layOut(
  canonical: Grid,
  planes: readonly SlicePlane[],
  width: number,
  height: number,
  zoom = 1,
): Panel[] {
  const columns = planes.length === 1 ? 1 : width > 2 * height ? 3 : 2;
  const rows = Math.ceil(planes.length / columns);
  const [cellWidth, cellHeight] = [width / columns, height / rows];
  const spacing = spacingMm(canonical.affine);
  const extentMm = (axis: 0 | 1 | 2) => canonical.shape[axis] * spacing[axis];
  // One scale for all, so that they can be compared.
  const scale = Math.min(
    ...planes.map((plane) => {
      const { across, up } = planeAxes[plane];
      return Math.min((cellWidth - gap) / extentMm(across), (cellHeight - gap) / extentMm(up));
    }),
  );
  return planes.map((plane, at) => {
    const { across, up } = planeAxes[plane];
    const full = [scale * zoom * extentMm(across), scale * zoom * extentMm(up)] as const;
    const panelWidth = Math.max(1, Math.floor(Math.min(cellWidth - gap, full[0])));
    const panelHeight = Math.max(1, Math.floor(Math.min(cellHeight - gap, full[1])));
    return {
      plane,
      // Without zoom a panel has whole pixels, and so has its slice.
      full: zoom === 1 ? [panelWidth, panelHeight] : full,
      x: Math.floor((at % columns) * cellWidth + (cellWidth - panelWidth) / 2),
      y: Math.floor(Math.floor(at / columns) * cellHeight + (cellHeight - panelHeight) / 2),
      width: panelWidth,
      height: panelHeight,
    };
  });
}

const gap = 8;

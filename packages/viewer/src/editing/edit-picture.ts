import { type Axis, axesWithin, axisAcross, strideOf } from '@atoll/editor/plane';
import { compose, invert, transformPoint } from '@atoll/volume/affine';
import type { Affine, Grid, Mask, Vec3 } from '@atoll/volume/volume';
import type { Pane } from '../images/image-view.ts';

/** A pane of the screen over the voxels of a mask. */
export type PaneOnGrid = {
  readonly pane: Pane;
  readonly axis: Axis;
  readonly slice: number;
  /** CSS pixels of the canvas to voxels, and back. */
  readonly toVoxel: Affine;
  readonly toScreen: Affine;
};

/** Where a pane's slice lies in the grid; null where it is beside it. */
export function paneOnGrid(pane: Pane, grid: Grid): PaneOnGrid | null {
  const { origin, right, down } = pane;
  const across: Vec3 = [
    right[1] * down[2] - right[2] * down[1],
    right[2] * down[0] - right[0] * down[2],
    right[0] * down[1] - right[1] * down[0],
  ];
  const length = Math.hypot(...across);
  if (!(length > 0)) return null;
  const row = (n: 0 | 1 | 2) => [right[n], down[n], across[n] / length, origin[n]] as const;
  const toVoxel = compose(invert(grid.affine), [row(0), row(1), row(2)]);
  const axis = axisAcross(grid.affine, pane.plane);
  const middle = transformPoint(toVoxel, [pane.width / 2, pane.height / 2, 0]);
  const slice = Math.round(middle[axis]);
  if (slice < 0 || slice >= grid.shape[axis]) return null;
  return { pane, axis, slice, toVoxel, toScreen: invert(toVoxel) };
}

/** The voxel under a point of the canvas, in fractions of voxels. */
export function voxelAt({ pane, axis, slice, toVoxel }: PaneOnGrid, x: number, y: number): Vec3 {
  const voxel: [number, number, number] = [...transformPoint(toVoxel, [x - pane.x, y - pane.y, 0])];
  voxel[axis] = slice;
  return voxel;
}

type Rgba = readonly [number, number, number, number];

/**
 * One slice of a mask and of a preview as pixels, a voxel each, row by row along the first axis within the slice.
 * @param preview voxels that are not in the mask yet.
 */
export function sliceColours(
  { data, shape }: Mask,
  preview: Uint8Array | null,
  axis: Axis,
  slice: number,
  colours: { readonly mask: Rgba; readonly preview: Rgba },
  out: Uint32Array,
): void {
  const [u, v] = axesWithin(axis);
  const [su, sv] = [strideOf(shape, u), strideOf(shape, v)];
  const start = slice * strideOf(shape, axis);
  const [mask, next] = [packed(colours.mask), packed(colours.preview)];
  let n = 0;
  for (let b = 0; b < shape[v]; b++)
    for (let a = 0, at = start + b * sv; a < shape[u]; a++, at += su)
      out[n++] = data[at] !== 0 ? mask : preview !== null && preview[at] !== 0 ? next : 0;
}

/** As a little-endian machine has it in memory. */
function packed([r, g, b, a]: Rgba): number {
  return ((a << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** The canvas transform under which a slice of pixels, a voxel each, lies over its pane. */
export function sliceTransform({ pane, axis, slice, toScreen }: PaneOnGrid): DOMMatrix2DInit {
  const [u, v] = axesWithin(axis);
  const at = (a: number, b: number) => {
    const voxel: [number, number, number] = [0, 0, 0];
    voxel[axis] = slice;
    voxel[u] = a;
    voxel[v] = b;
    return transformPoint(toScreen, voxel);
  };
  const [corner, alongU, alongV] = [at(-0.5, -0.5), at(0.5, -0.5), at(-0.5, 0.5)];
  return {
    a: alongU[0] - corner[0],
    b: alongU[1] - corner[1],
    c: alongV[0] - corner[0],
    d: alongV[1] - corner[1],
    e: corner[0] + pane.x,
    f: corner[1] + pane.y,
  };
}

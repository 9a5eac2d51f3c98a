import { axesWithin, strideOf } from '@atoll/editor/plane';
import { transformPoint } from '@atoll/volume/affine';
import type { Mask } from '@atoll/volume/volume';
import type { SliceOnGrid } from './slice-on-grid.ts';

type Rgba = readonly [number, number, number, number];
export type EditColours = { readonly mask: Rgba; readonly preview: Rgba };

/**
 * One slice of a mask and of a preview as pixels, a voxel each, row by row along the first axis within the slice.
 * @param preview voxels that are not in the mask yet.
 * @param out one entry for each voxel of the slice.
 */
export function sliceColours(
  { data, shape }: Mask,
  preview: Uint8Array | null,
  { axis, slice }: Pick<SliceOnGrid, 'axis' | 'slice'>,
  colours: EditColours,
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

/**
 * The same for a tilted slice, which has no voxels of its own: the voxel under each pixel of its tile.
 * @param out one entry for each CSS pixel of a box of `width` pixels at the tile's left upper corner.
 */
export function tiltedColours(
  { data, shape }: Mask,
  preview: Uint8Array | null,
  { tile, toVoxel: [rowI, rowJ, rowK] }: Pick<SliceOnGrid, 'tile' | 'toVoxel'>,
  colours: EditColours,
  width: number,
  out: Uint32Array,
): void {
  const [nx, ny, nz] = shape;
  const [mask, next] = [packed(colours.mask), packed(colours.preview)];
  for (let n = 0; n < out.length; n++) {
    const x = tile.left + 0.5 + (n % width);
    const y = tile.top + 0.5 + Math.floor(n / width);
    const i = Math.round(rowI[0] * x + rowI[1] * y + rowI[3]);
    const j = Math.round(rowJ[0] * x + rowJ[1] * y + rowJ[3]);
    const k = Math.round(rowK[0] * x + rowK[1] * y + rowK[3]);
    const isIn = i >= 0 && j >= 0 && k >= 0 && i < nx && j < ny && k < nz;
    const at = i + nx * (j + ny * k);
    out[n] = !isIn ? 0 : data[at] !== 0 ? mask : preview !== null && preview[at] !== 0 ? next : 0;
  }
}

/** As a little-endian machine has it in memory. */
function packed([r, g, b, a]: Rgba): number {
  return ((a << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** The canvas transform (CSS pixels) under which a slice of pixels, a voxel each, lies where it belongs. */
export function sliceTransform({
  axis,
  slice,
  toScreen,
}: SliceOnGrid): readonly [a: number, b: number, c: number, d: number, e: number, f: number] {
  const [u, v] = axesWithin(axis);
  const at = (a: number, b: number) => {
    const voxel: [number, number, number] = [0, 0, 0];
    voxel[axis] = slice;
    voxel[u] = a;
    voxel[v] = b;
    return transformPoint(toScreen, voxel);
  };
  const [corner, alongU, alongV] = [at(-0.5, -0.5), at(0.5, -0.5), at(-0.5, 0.5)];
  return [
    alongU[0] - corner[0],
    alongU[1] - corner[1],
    alongV[0] - corner[0],
    alongV[1] - corner[1],
    corner[0],
    corner[1],
  ];
}

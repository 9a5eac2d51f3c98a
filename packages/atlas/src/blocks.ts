import { spacingMm, transformPoint } from '@atoll/volume/affine';
import type { AffineRow, Grid, Vec3 } from '@atoll/volume/volume';

/** Blocks of whole voxels along the index axes of a grid, centred in it; what is left over at the edges is in none. */
export type Blocks = {
  /** Where the blocks lie: their centres. */
  readonly grid: Grid;
  /** Voxels of a block along each axis. */
  readonly size: Vec3;
  /** First voxel of the first block. */
  readonly start: Vec3;
};

/** Part of a grid by voxel index: from `low` to before `high`. */
export type Extent = { readonly low: Vec3; readonly high: Vec3 };

/** Blocks of about `edgeMm` a side, never less than a voxel, over a part of a grid. */
export function blocksOf(grid: Grid, edgeMm: number, extent: Extent = wholeOf(grid)): Blocks {
  const spacing = spacingMm(grid.affine);
  const along = (axis: 0 | 1 | 2) => {
    const length = extent.high[axis] - extent.low[axis];
    const size = Math.max(1, Math.min(length, Math.round(edgeMm / spacing[axis])));
    const count = Math.floor(length / size);
    return { size, count, start: extent.low[axis] + Math.floor((length - count * size) / 2) };
  };
  const [x, y, z] = [along(0), along(1), along(2)];
  const start: Vec3 = [x.start, y.start, z.start];
  const size: Vec3 = [x.size, y.size, z.size];
  const origin = transformPoint(grid.affine, [
    x.start + (x.size - 1) / 2,
    y.start + (y.size - 1) / 2,
    z.start + (z.size - 1) / 2,
  ]);
  const row = (axis: 0 | 1 | 2): AffineRow => {
    const [i, j, k] = grid.affine[axis];
    return [i * x.size, j * y.size, k * z.size, origin[axis]];
  };
  return { grid: { shape: [x.count, y.count, z.count], affine: [row(0), row(1), row(2)] }, size, start };
}

function wholeOf({ shape }: Grid): Extent {
  return { low: [0, 0, 0], high: shape };
}

/** Calls `visit` with the index of each voxel that lies in a block, and with that of its block. */
export function eachInBlocks(
  { grid, size, start }: Blocks,
  [nx, ny]: Vec3,
  visit: (voxel: number, block: number) => void,
): void {
  const [bx, by, bz] = grid.shape;
  for (let k = 0; k < bz * size[2]; k++) {
    const blockZ = bx * by * Math.floor(k / size[2]);
    for (let j = 0; j < by * size[1]; j++) {
      const row = start[0] + nx * (start[1] + j + ny * (start[2] + k));
      const blockRow = blockZ + bx * Math.floor(j / size[1]);
      let voxel = row;
      for (let x = 0; x < bx; x++) for (let i = 0; i < size[0]; i++, voxel++) visit(voxel, blockRow + x);
    }
  }
}

/**
 * Smooths in place by [1 2 1] / 4, as often along each axis as it takes for about `sigmaMm`. Outside the grid the
 * edge's value goes on. Sums and halves alone, and so the same bits in every engine, which an exp is not.
 */
export function smoothBinomial(data: Float32Array, { shape, affine }: Grid, sigmaMm: number): void {
  const spacing = spacingMm(affine);
  const strides = [1, shape[0], shape[0] * shape[1]];
  for (const axis of [0, 1, 2] as const) {
    // A pass has a variance of half a voxel squared.
    const passes = Math.min(8, Math.round((2 * sigmaMm * sigmaMm) / (spacing[axis] * spacing[axis])));
    for (let pass = 0; pass < passes; pass++) smoothOnce(data, shape[axis], strides[axis]);
  }
}

function smoothOnce(data: Float32Array, length: number, stride: number): void {
  if (length < 2) return;
  const block = stride * length;
  for (let base = 0; base < data.length; base += block)
    for (let offset = base; offset < base + stride; offset++) {
      let before = data[offset];
      let at = offset;
      for (let n = 0; n < length; n++, at += stride) {
        const here = data[at];
        const after = n + 1 < length ? data[at + stride] : here;
        data[at] = 0.25 * (before + after) + 0.5 * here;
        before = here;
      }
    }
}

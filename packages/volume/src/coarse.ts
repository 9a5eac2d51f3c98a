import { transformPoint } from './affine.ts';
import type { Affine, AffineRow, Grid, Vec3, Volume, VoxelArray } from './volume.ts';

/** A grid of blocks of voxels: each block of `factors` voxels along the axes becomes one, centred where it lay. */
function coarseGrid({ shape, affine }: Grid, factors: Vec3): Grid {
  const [fx, fy, fz] = factors;
  const origin = transformPoint(affine, [(fx - 1) / 2, (fy - 1) / 2, (fz - 1) / 2]);
  const row = (axis: 0 | 1 | 2): AffineRow => {
    const [a, b, c] = affine[axis];
    return [a * fx, b * fy, c * fz, origin[axis]];
  };
  return {
    shape: [Math.ceil(shape[0] / fx), Math.ceil(shape[1] / fy), Math.ceil(shape[2] / fz)],
    affine: [row(0), row(1), row(2)],
  };
}

/** The mean over each block of voxels; NaN and infinities do not count, and a block of nothing else is 0. */
export function coarsen(volume: Volume<VoxelArray>, factors: Vec3): Volume {
  const grid = coarseGrid(volume, factors);
  const [nx, ny, nz] = volume.shape;
  const [cx, cy] = grid.shape;
  const [fx, fy, fz] = factors;
  const data = new Float32Array(cx * cy * grid.shape[2]);
  const counts = new Uint16Array(data.length);
  let at = 0;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++) {
      const row = cx * (Math.floor(j / fy) + cy * Math.floor(k / fz));
      for (let i = 0, block = row, left = fx; i < nx; i++, at++) {
        const value = volume.data[at];
        if (value - value === 0) {
          data[block] += value;
          counts[block]++;
        }
        if (--left === 0) {
          block++;
          left = fx;
        }
      }
    }
  for (let block = 0; block < data.length; block++) if (counts[block] > 1) data[block] /= counts[block];
  return { ...grid, data };
}

/** The grid moved so that the middle of its box lies where that of another does; directions and spacing stay. */
export function centredOn(grid: Grid, other: Grid): Grid {
  const [from, to] = [middleOf(grid), middleOf(other)];
  return {
    shape: grid.shape,
    affine: moved(grid.affine, [to[0] - from[0], to[1] - from[1], to[2] - from[2]]),
  };
}

/** An affine whose voxels all lie further on by `byMm` (world millimetres). */
export function moved([a, b, c]: Affine, byMm: Vec3): Affine {
  return [
    [a[0], a[1], a[2], a[3] + byMm[0]],
    [b[0], b[1], b[2], b[3] + byMm[1]],
    [c[0], c[1], c[2], c[3] + byMm[2]],
  ];
}

/** The middle of a grid's box, world millimetres. */
export function middleOf({ shape, affine }: Grid): Vec3 {
  return transformPoint(affine, [(shape[0] - 1) / 2, (shape[1] - 1) / 2, (shape[2] - 1) / 2]);
}

import { transformPoint } from './affine.ts';
import type { AffineRow, Mask, Vec3 } from './volume.ts';

/** Voxels from `start` to before `end`, by index. */
export type Box = { readonly start: Vec3; readonly end: Vec3 };

/** The smallest box that holds every voxel inside any of the masks, which share a grid; null when all are empty. */
export function boundingBox(masks: readonly Mask[]): Box | null {
  const [nx, ny, nz] = masks[0].shape;
  const low = [nx, ny, nz];
  const high = [-1, -1, -1];
  for (const { data } of masks) {
    let at = 0;
    for (let z = 0; z < nz; z++)
      for (let y = 0; y < ny; y++)
        for (let x = 0; x < nx; x++, at++) {
          if (data[at] === 0) continue;
          if (x < low[0]) low[0] = x;
          if (x > high[0]) high[0] = x;
          if (y < low[1]) low[1] = y;
          if (y > high[1]) high[1] = y;
          if (z < low[2]) low[2] = z;
          if (z > high[2]) high[2] = z;
        }
  }
  if (high[0] < 0) return null;
  return { start: [low[0], low[1], low[2]], end: [high[0] + 1, high[1] + 1, high[2] + 1] };
}

/** The part of a mask within a box, at its place in the world. */
export function crop(mask: Mask, { start, end }: Box): Mask {
  const [nx, ny] = mask.shape;
  const shape: Vec3 = [end[0] - start[0], end[1] - start[1], end[2] - start[2]];
  const data = new Uint8Array(shape[0] * shape[1] * shape[2]);
  let at = 0;
  for (let z = start[2]; z < end[2]; z++)
    for (let y = start[1]; y < end[1]; y++, at += shape[0]) {
      const row = nx * (y + ny * z);
      data.set(mask.data.subarray(row + start[0], row + end[0]), at);
    }
  const origin = transformPoint(mask.affine, start);
  const row = (axis: 0 | 1 | 2): AffineRow => {
    const [i, j, k] = mask.affine[axis];
    return [i, j, k, origin[axis]];
  };
  return { shape, affine: [row(0), row(1), row(2)], data };
}

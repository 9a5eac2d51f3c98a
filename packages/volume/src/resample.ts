import { compose, invert, sameGrid } from './affine.ts';
import type { Grid, Vec3, Volume, VoxelArray } from './volume.ts';

/**
 * Trilinear resampling onto another grid, by world coordinates. Outside the source the value is `outside`;
 * within half a voxel of its edge the edge's value goes on, as each voxel has an extent.
 */
export function resampleLinear(source: Volume<VoxelArray>, target: Grid, outside = 0): Volume {
  const { shape, affine } = target;
  if (sameGrid(source, target, 1e-4)) return { shape, affine, data: Float32Array.from(source.data) };
  const [sx, sy, sz] = source.shape;
  const voxels = source.data;
  const data = new Float32Array(shape[0] * shape[1] * shape[2]);
  forEachSourcePoint(source, target, (at, px, py, pz) => {
    if (!(px >= -0.5 && px <= sx - 0.5 && py >= -0.5 && py <= sy - 0.5 && pz >= -0.5 && pz <= sz - 0.5)) {
      data[at] = outside;
      return;
    }
    const x = px < 0 ? 0 : px > sx - 1 ? sx - 1 : px;
    const y = py < 0 ? 0 : py > sy - 1 ? sy - 1 : py;
    const z = pz < 0 ? 0 : pz > sz - 1 ? sz - 1 : pz;
    const [x0, y0, z0] = [Math.floor(x), Math.floor(y), Math.floor(z)];
    const [fx, fy, fz] = [x - x0, y - y0, z - z0];
    const at000 = x0 + sx * (y0 + sy * z0);
    // A weight of zero must not read (NaN·0 is NaN, and the last plane has no next).
    const dx = fx > 0 ? 1 : 0;
    const dy = fy > 0 ? sx : 0;
    const dz = fz > 0 ? sx * sy : 0;
    const low =
      (voxels[at000] * (1 - fx) + voxels[at000 + dx] * fx) * (1 - fy) +
      (voxels[at000 + dy] * (1 - fx) + voxels[at000 + dy + dx] * fx) * fy;
    const up = at000 + dz;
    const high =
      (voxels[up] * (1 - fx) + voxels[up + dx] * fx) * (1 - fy) +
      (voxels[up + dy] * (1 - fx) + voxels[up + dy + dx] * fx) * fy;
    data[at] = low * (1 - fz) + high * fz;
  });
  return { shape, affine, data };
}

/** Nearest-neighbour resampling of labels onto another grid; 0 outside the source. */
export function resampleNearest(source: Volume<Uint8Array>, target: Grid): Volume<Uint8Array> {
  const { shape, affine } = target;
  if (sameGrid(source, target, 1e-4)) return { shape, affine, data: source.data.slice() };
  const [sx, sy, sz] = source.shape;
  const data = new Uint8Array(shape[0] * shape[1] * shape[2]);
  forEachSourcePoint(source, target, (at, px, py, pz) => {
    const [x, y, z] = [Math.round(px), Math.round(py), Math.round(pz)];
    if (x < 0 || x >= sx || y < 0 || y >= sy || z < 0 || z >= sz) return;
    data[at] = source.data[x + sx * (y + sy * z)];
  });
  return { shape, affine, data };
}

/** Calls `visit` for each target voxel with its place in the source's voxel coordinates. */
function forEachSourcePoint(
  source: Grid,
  target: Grid,
  visit: (at: number, x: number, y: number, z: number) => void,
): void {
  const [a, b, c] = compose(invert(source.affine), target.affine);
  const [nx, ny, nz]: Vec3 = target.shape;
  let at = 0;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++) {
      const x = a[1] * j + a[2] * k + a[3];
      const y = b[1] * j + b[2] * k + b[3];
      const z = c[1] * j + c[2] * k + c[3];
      for (let i = 0; i < nx; i++) visit(at++, x + a[0] * i, y + b[0] * i, z + c[0] * i);
    }
}

import { compose, invert, sameGrid } from './affine.ts';
import type { Affine, Grid, Vec3, Volume, VoxelArray } from './volume.ts';

/**
 * Trilinear resampling onto another grid, by world coordinates. Outside the source the value is `outside`;
 * within half a voxel of its edge the edge's value goes on, as each voxel has an extent. NaN spreads to every
 * voxel that it has a share in.
 */
export function resampleLinear(source: Volume<VoxelArray>, target: Grid, outside = 0): Volume {
  const { shape, affine } = target;
  if (sameGrid(source, target, 1e-4)) return { shape, affine, data: Float32Array.from(source.data) };
  const data = new Float32Array(shape[0] * shape[1] * shape[2]).fill(outside);
  const toSource = compose(invert(source.affine), affine);
  const resample = isStraight(toSource, shape) ? linearStraight : linearOblique;
  resample(source, toSource, shape, data);
  return { shape, affine, data };
}

/** Nearest-neighbour resampling of labels onto another grid; 0 outside the source. */
export function resampleNearest(source: Volume<Uint8Array>, target: Grid): Volume<Uint8Array> {
  const { shape, affine } = target;
  if (sameGrid(source, target, 1e-4)) return { shape, affine, data: source.data.slice() };
  const [a, b, c] = compose(invert(source.affine), affine);
  const [sx, sy, sz] = source.shape;
  const data = new Uint8Array(shape[0] * shape[1] * shape[2]);
  let at = 0;
  for (let k = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++) {
      const [px, py, pz] = rowStart([a, b, c], j, k);
      for (let i = 0; i < shape[0]; i++, at++) {
        const x = Math.round(px + a[0] * i);
        const y = Math.round(py + b[0] * i);
        const z = Math.round(pz + c[0] * i);
        if (x >= 0 && x < sx && y >= 0 && y < sy && z >= 0 && z < sz) {
          data[at] = source.data[x + sx * (y + sy * z)];
        }
      }
    }
  return { shape, affine, data };
}

/** Where the target voxel (0, j, k) lies in the source's voxel coordinates. */
function rowStart([a, b, c]: Affine, j: number, k: number): Vec3 {
  return [a[1] * j + a[2] * k + a[3], b[1] * j + b[2] * k + b[3], c[1] * j + c[2] * k + c[3]];
}

/**
 * A place along one axis of the source, moved from its outer half voxel onto its last centre; -1 outside. What
 * lies on a centre but for rounding is put on it, so that it takes nothing from neighbours that may be NaN.
 */
function within(place: number, length: number): number {
  if (!(place >= -0.5 && place <= length - 0.5)) return -1;
  const inside = Math.max(0, Math.min(length - 1, place));
  const centre = Math.round(inside);
  return Math.abs(inside - centre) < 1e-4 ? centre : inside;
}

function linearOblique(source: Volume<VoxelArray>, toSource: Affine, shape: Vec3, data: Float32Array): void {
  const voxels = source.data;
  const [sx, sy, sz] = source.shape;
  const [a, b, c] = toSource;
  let at = 0;
  for (let k = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++) {
      const [px, py, pz] = rowStart(toSource, j, k);
      for (let i = 0; i < shape[0]; i++, at++) {
        const x = within(px + a[0] * i, sx);
        const y = within(py + b[0] * i, sy);
        const z = within(pz + c[0] * i, sz);
        if (x < 0 || y < 0 || z < 0) continue;
        const x0 = Math.floor(x);
        const y0 = Math.floor(y);
        const z0 = Math.floor(z);
        data[at] = trilinear(voxels, x0 + sx * (y0 + sy * z0), sx, sx * sy, x - x0, y - y0, z - z0);
      }
    }
}

/**
 * The same with the axes of both grids parallel, three times as fast: places along each axis are found once, and
 * each row of the source is interpolated across before it is along.
 */
function linearStraight(source: Volume<VoxelArray>, toSource: Affine, shape: Vec3, data: Float32Array): void {
  const places = (axis: 0 | 1 | 2) =>
    Float64Array.from({ length: shape[axis] }, (_, i) =>
      within(toSource[axis][axis] * i + toSource[axis][3], source.shape[axis]),
    );
  const [xs, ys, zs] = [places(0), places(1), places(2)];
  const row = new Float64Array(source.shape[0]);
  for (let k = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++) {
      if (ys[j] < 0 || zs[k] < 0) continue;
      interpolateRow(source, ys[j], zs[k], row);
      const start = shape[0] * (j + shape[1] * k);
      for (let i = 0; i < shape[0]; i++) {
        const x = xs[i];
        if (x < 0) continue;
        const x0 = Math.floor(x);
        const share = x - x0;
        data[start + i] = share > 0 ? row[x0] * (1 - share) + row[x0 + 1] * share : row[x0];
      }
    }
}

/** The row of the source at y and z: a mean of the four, two or one of its rows that are around. */
function interpolateRow({ data, shape }: Volume<VoxelArray>, y: number, z: number, row: Float64Array): void {
  const [sx, sy] = shape;
  row.fill(0);
  for (const [z0, shareZ] of neighbours(z))
    for (const [y0, shareY] of neighbours(y)) {
      const start = sx * (y0 + sy * z0);
      const share = shareY * shareZ;
      for (let x = 0; x < sx; x++) row[x] += data[start + x] * share;
    }
}

/** The centres next to a place along an axis, and their shares in it. */
function neighbours(place: number): readonly (readonly [centre: number, share: number])[] {
  const low = Math.floor(place);
  const share = place - low;
  return share > 0
    ? [
        [low, 1 - share],
        [low + 1, share],
      ]
    : [[low, 1]];
}

/** Between the voxel at `at` and its next ones; `fx`, `fy` and `fz` are the next ones' shares. */
function trilinear(
  voxels: VoxelArray,
  at: number,
  strideY: number,
  strideZ: number,
  fx: number,
  fy: number,
  fz: number,
): number {
  // A share of zero must not reach for the next voxel: beyond the last one there is none.
  const dx = fx > 0 ? 1 : 0;
  const dy = fy > 0 ? strideY : 0;
  const up = at + (fz > 0 ? strideZ : 0);
  const low =
    (voxels[at] * (1 - fx) + voxels[at + dx] * fx) * (1 - fy) +
    (voxels[at + dy] * (1 - fx) + voxels[at + dy + dx] * fx) * fy;
  const high =
    (voxels[up] * (1 - fx) + voxels[up + dx] * fx) * (1 - fy) +
    (voxels[up + dy] * (1 - fx) + voxels[up + dy + dx] * fx) * fy;
  return low * (1 - fz) + high * fz;
}

/** Are the axes of both grids parallel, so that a row of one runs along a row of the other? */
function isStraight([a, b, c]: Affine, [nx, ny, nz]: Vec3): boolean {
  const drift = [a[1] * ny, a[2] * nz, b[0] * nx, b[2] * nz, c[0] * nx, c[1] * ny];
  return drift.every((voxels) => Math.abs(voxels) < 1e-4);
}

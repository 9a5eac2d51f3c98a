import { invert, spacingMm } from '@atoll/volume/affine';
import type { Box } from '@atoll/volume/morphology';
import type { Affine, Grid, Vec3 } from '@atoll/volume/volume';
import type { Axis } from './plane.ts';

/** A round brush: a ball, or with `axis` a disc in the slice across that index axis. */
export type Brush = { readonly radiusMm: number; readonly axis: Axis | null };

/** Squared length in mm² of a displacement in voxels: (1 i, 1 j, 1 k, and twice the mixed terms). */
class Metric {
  readonly ii: number;
  readonly jj: number;
  readonly kk: number;
  readonly ij: number;
  readonly ik: number;
  readonly jk: number;

  constructor([a, b, c]: Affine) {
    const dot = (m: Axis, n: Axis) => a[m] * a[n] + b[m] * b[n] + c[m] * c[n];
    [this.ii, this.jj, this.kk] = [dot(0, 0), dot(1, 1), dot(2, 2)];
    [this.ij, this.ik, this.jk] = [dot(0, 1), dot(0, 2), dot(1, 2)];
  }

  product([a, b, c]: Vec3, [x, y, z]: Vec3): number {
    return (
      this.ii * a * x +
      this.jj * b * y +
      this.kk * c * z +
      this.ij * (a * y + b * x) +
      this.ik * (a * z + c * x) +
      this.jk * (b * z + c * y)
    );
  }
}

/**
 * Calls `visit` for each voxel of a grid that a brush covers on its straight way from one point to the other: those
 * whose centres are within its radius, in mm by the affine, and those that the pointer itself goes over, however small
 * the brush. A voxel may be visited twice.
 * @param from, to in voxels, whole numbers at centres; a disc stays in the slice that `to` lies in.
 * @returns the box of what was looked at; null where that is outside the grid.
 */
export function sweep(
  grid: Grid,
  brush: Brush,
  from: Vec3,
  to: Vec3,
  visit: (at: number) => void,
): Box | null {
  const { shape } = grid;
  const { axis, radiusMm } = brush;
  const inSlice = (point: Vec3): Vec3 => {
    if (axis === null) return point;
    const flat: [number, number, number] = [point[0], point[1], point[2]];
    flat[axis] = Math.round(to[axis]);
    return flat;
  };
  const [start, end] = [inSlice(from), inSlice(to)];
  const box = boxAround(grid, brush, start, end);
  if (box === null) return null;
  sweepDisc(grid, start, end, radiusMm, box, visit);
  const way: Vec3 = [end[0] - start[0], end[1] - start[1], end[2] - start[2]];
  const steps = Math.max(1, Math.ceil(4 * Math.max(...way.map(Math.abs))));
  for (let n = 0; n <= steps; n++) {
    const [i, j, k] = start.map((place, each) => Math.round(place + (way[each] * n) / steps));
    if (i < 0 || j < 0 || k < 0 || i >= shape[0] || j >= shape[1] || k >= shape[2]) continue;
    visit(i + shape[0] * (j + shape[1] * k));
  }
  return box;
}

function sweepDisc(
  { shape, affine }: Grid,
  start: Vec3,
  end: Vec3,
  radiusMm: number,
  { low, high }: Box,
  visit: (at: number) => void,
): void {
  const metric = new Metric(affine);
  const way: Vec3 = [end[0] - start[0], end[1] - start[1], end[2] - start[2]];
  const wayMm2 = metric.product(way, way);
  // How far along the way a voxel lies grows evenly along a row.
  const perStep = wayMm2 === 0 ? 0 : metric.product([1, 0, 0], way) / wayMm2;
  const limit = radiusMm * radiusMm + 1e-6;
  for (let k = low[2]; k <= high[2]; k++)
    for (let j = low[1]; j <= high[1]; j++) {
      const [y, z] = [j - start[1], k - start[2]];
      let along = wayMm2 === 0 ? 0 : metric.product([low[0] - start[0], y, z], way) / wayMm2;
      let at = low[0] + shape[0] * (j + shape[1] * k);
      for (let i = low[0]; i <= high[0]; i++, at++, along += perStep) {
        const share = along < 0 ? 0 : along > 1 ? 1 : along;
        const dx = i - start[0] - share * way[0];
        const dy = y - share * way[1];
        const dz = z - share * way[2];
        const mm2 =
          metric.ii * dx * dx +
          metric.jj * dy * dy +
          metric.kk * dz * dz +
          2 * (metric.ij * dx * dy + metric.ik * dx * dz + metric.jk * dy * dz);
        if (mm2 <= limit) visit(at);
      }
    }
}

/** What a brush can reach on its way, cut off at the grid's edge. */
function boxAround({ shape, affine }: Grid, { axis, radiusMm }: Brush, start: Vec3, end: Vec3): Box | null {
  const inverse = invert(affine);
  const spacing = spacingMm(affine);
  const low = [0, 0, 0];
  const high = [0, 0, 0];
  for (const each of [0, 1, 2] as const) {
    const [x, y, z] = inverse[each];
    // A ball in mm is an ellipsoid in voxels; half its width along an axis is the length of the inverse's row.
    const reach = axis === each ? 0 : Math.max(radiusMm * Math.hypot(x, y, z), radiusMm / spacing[each], 0.5);
    low[each] = Math.max(0, Math.floor(Math.min(start[each], end[each]) - reach));
    high[each] = Math.min(shape[each] - 1, Math.ceil(Math.max(start[each], end[each]) + reach));
    if (low[each] > high[each]) return null;
  }
  return { low: [low[0], low[1], low[2]], high: [high[0], high[1], high[2]] };
}

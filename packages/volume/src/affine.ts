import type { Affine, AffineRow, Grid, Vec3 } from './volume.ts';

/** Voxel index (or any point) through an affine: world millimetres for a voxel-to-world affine. */
export function transformPoint(affine: Affine, [x, y, z]: Vec3): Vec3 {
  const [a, b, c] = affine;
  return [
    a[0] * x + a[1] * y + a[2] * z + a[3],
    b[0] * x + b[1] * y + b[2] * z + b[3],
    c[0] * x + c[1] * y + c[2] * z + c[3],
  ];
}

/** `outer ∘ inner`: first `inner`, then `outer`. */
export function compose(outer: Affine, inner: Affine): Affine {
  const row = (r: AffineRow): AffineRow => {
    const column = (k: 0 | 1 | 2 | 3) =>
      r[0] * inner[0][k] + r[1] * inner[1][k] + r[2] * inner[2][k] + (k === 3 ? r[3] : 0);
    return [column(0), column(1), column(2), column(3)];
  };
  return [row(outer[0]), row(outer[1]), row(outer[2])];
}

/** Determinant of the 3×3 part; its magnitude is the voxel's volume in mm³. */
export function determinant([a, b, c]: Affine): number {
  return (
    a[0] * (b[1] * c[2] - b[2] * c[1]) -
    a[1] * (b[0] * c[2] - b[2] * c[0]) +
    a[2] * (b[0] * c[1] - b[1] * c[0])
  );
}

/** World to voxel. The affine must be invertible: see {@link isUsable}. */
export function invert(affine: Affine): Affine {
  const [a, b, c] = affine;
  const s = 1 / determinant(affine);
  const m: [Vec3, Vec3, Vec3] = [
    [(b[1] * c[2] - b[2] * c[1]) * s, (a[2] * c[1] - a[1] * c[2]) * s, (a[1] * b[2] - a[2] * b[1]) * s],
    [(b[2] * c[0] - b[0] * c[2]) * s, (a[0] * c[2] - a[2] * c[0]) * s, (a[2] * b[0] - a[0] * b[2]) * s],
    [(b[0] * c[1] - b[1] * c[0]) * s, (a[1] * c[0] - a[0] * c[1]) * s, (a[0] * b[1] - a[1] * b[0]) * s],
  ];
  const row = (r: Vec3): AffineRow => [r[0], r[1], r[2], -(r[0] * a[3] + r[1] * b[3] + r[2] * c[3])];
  return [row(m[0]), row(m[1]), row(m[2])];
}

/** Distance in mm between neighbouring voxels along each index axis. */
export function spacingMm([a, b, c]: Affine): Vec3 {
  return [Math.hypot(a[0], b[0], c[0]), Math.hypot(a[1], b[1], c[1]), Math.hypot(a[2], b[2], c[2])];
}

export function voxelVolumeMl(affine: Affine): number {
  return Math.abs(determinant(affine)) / 1000;
}

/** Finite, and neither singular nor so flat that the inverse would be noise. */
export function isUsable(affine: Affine): boolean {
  if (!affine.flat().every(Number.isFinite)) return false;
  const [x, y, z] = spacingMm(affine);
  const box = x * y * z;
  return box > 0 && Number.isFinite(box) && Math.abs(determinant(affine)) > 1e-4 * box;
}

/** The same voxels at the same places: corners agree to `toleranceMm`. */
export function sameGrid(one: Grid, other: Grid, toleranceMm = 1e-2): boolean {
  if (one.shape.some((n, axis) => n !== other.shape[axis])) return false;
  const [nx, ny, nz] = one.shape;
  for (const i of [0, nx - 1])
    for (const j of [0, ny - 1])
      for (const k of [0, nz - 1]) {
        const p = transformPoint(one.affine, [i, j, k]);
        const q = transformPoint(other.affine, [i, j, k]);
        if (!(Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]) <= toleranceMm)) return false;
      }
  return true;
}

/** Affine of axes scaled by `spacing` with voxel (0, 0, 0) at `origin`. */
export function scaling(spacing: Vec3, origin: Vec3 = [0, 0, 0]): Affine {
  return [
    [spacing[0], 0, 0, origin[0]],
    [0, spacing[1], 0, origin[1]],
    [0, 0, spacing[2], origin[2]],
  ];
}

/**
 * NIfTI's qform: unit quaternion (b, c, d; a is implied), offset, spacing and handedness `qfac`.
 * Source: nifti1.h, METHOD 2.
 */
export function fromQuaternion([b, c, d]: Vec3, offset: Vec3, spacing: Vec3, qfac: 1 | -1): Affine {
  let a = 1 - (b * b + c * c + d * d);
  let [qb, qc, qd] = [b, c, d];
  if (a < 1e-7) {
    // Rounding in 32 bits can push the vector part past 1: a rotation by 180°.
    const norm = 1 / Math.hypot(b, c, d);
    [a, qb, qc, qd] = [0, b * norm, c * norm, d * norm];
  } else a = Math.sqrt(a);
  const [sx, sy, sz] = [spacing[0], spacing[1], spacing[2] * qfac];
  return [
    [
      (a * a + qb * qb - qc * qc - qd * qd) * sx,
      2 * (qb * qc - a * qd) * sy,
      2 * (qb * qd + a * qc) * sz,
      offset[0],
    ],
    [
      2 * (qb * qc + a * qd) * sx,
      (a * a + qc * qc - qb * qb - qd * qd) * sy,
      2 * (qc * qd - a * qb) * sz,
      offset[1],
    ],
    [
      2 * (qb * qd - a * qc) * sx,
      2 * (qc * qd + a * qb) * sy,
      (a * a + qd * qd - qb * qb - qc * qc) * sz,
      offset[2],
    ],
  ];
}

/** The qform of an affine whose axes are orthogonal; null when they are not, for a qform has no shear. */
export function toQuaternion(
  affine: Affine,
): { quaternion: Vec3; offset: Vec3; spacing: Vec3; qfac: 1 | -1 } | null {
  const spacing = spacingMm(affine);
  const column = (k: 0 | 1 | 2): Vec3 => [
    affine[0][k] / spacing[k],
    affine[1][k] / spacing[k],
    affine[2][k] / spacing[k],
  ];
  const [u, v, w0] = [column(0), column(1), column(2)];
  const dot = (p: Vec3, q: Vec3) => p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
  if (Math.max(Math.abs(dot(u, v)), Math.abs(dot(u, w0)), Math.abs(dot(v, w0))) > 1e-4) return null;
  const qfac = determinant(affine) < 0 ? -1 : 1;
  const w: Vec3 = [w0[0] * qfac, w0[1] * qfac, w0[2] * qfac];
  const offset: Vec3 = [affine[0][3], affine[1][3], affine[2][3]];
  return { quaternion: rotationToQuaternion(u, v, w), offset, spacing, qfac };
}

/** Vector part (b, c, d) of the rotation with columns u, v, w, with a ≥ 0. Source: nifti1_io.c. */
function rotationToQuaternion(u: Vec3, v: Vec3, w: Vec3): Vec3 {
  const trace = u[0] + v[1] + w[2] + 1;
  if (trace > 0.5) {
    const a = 0.5 * Math.sqrt(trace);
    return [(v[2] - w[1]) / (4 * a), (w[0] - u[2]) / (4 * a), (u[1] - v[0]) / (4 * a)];
  }
  const xd = 1 + u[0] - (v[1] + w[2]);
  const yd = 1 + v[1] - (u[0] + w[2]);
  const zd = 1 + w[2] - (u[0] + v[1]);
  let a: number;
  let [b, c, d] = [0, 0, 0];
  if (xd >= yd && xd >= zd) {
    b = 0.5 * Math.sqrt(xd);
    c = (0.25 * (v[0] + u[1])) / b;
    d = (0.25 * (w[0] + u[2])) / b;
    a = (0.25 * (v[2] - w[1])) / b;
  } else if (yd >= zd) {
    c = 0.5 * Math.sqrt(yd);
    b = (0.25 * (v[0] + u[1])) / c;
    d = (0.25 * (w[1] + v[2])) / c;
    a = (0.25 * (w[0] - u[2])) / c;
  } else {
    d = 0.5 * Math.sqrt(zd);
    b = (0.25 * (w[0] + u[2])) / d;
    c = (0.25 * (w[1] + v[2])) / d;
    a = (0.25 * (u[1] - v[0])) / d;
  }
  return a < 0 ? [-b, -c, -d] : [b, c, d];
}

import type { Affine, AffineRow, Vec3 } from '@atoll/volume/volume';

/**
 * Twelve numbers of an affine about a centre: translation (mm), rotation (the vector part of a quaternion whose real
 * part is 1, before it is normalised), scales along the template's axes, shears.
 */
export type Parameters = readonly number[];

/** No turn, no scale, no shear. */
export const identityParameters: Parameters = [0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0];

/**
 * The affine of the parameters, for points relative to the patient's centre: first the rotation, then shears and
 * scales along the template's axes, then the translation. Plus, minus, times, over and square root alone.
 */
export function affineOf(p: Parameters): Affine {
  const [rx, ry, rz] = rotationOf([p[3], p[4], p[5]]);
  const row = (
    scale: number,
    shearY: number,
    shearZ: number,
    r: Vec3,
    y: Vec3,
    z: Vec3,
    t: number,
  ): AffineRow => [
    scale * (r[0] + shearY * y[0] + shearZ * z[0]),
    scale * (r[1] + shearY * y[1] + shearZ * z[1]),
    scale * (r[2] + shearY * y[2] + shearZ * z[2]),
    t,
  ];
  return [
    row(p[6], p[9], p[10], rx, ry, rz, p[0]),
    row(p[7], p[11], 0, ry, rz, rz, p[1]),
    row(p[8], 0, 0, rz, rz, rz, p[2]),
  ];
}

/** Rows of the rotation of the quaternion (1, x, y, z). */
function rotationOf([x, y, z]: Vec3): readonly [Vec3, Vec3, Vec3] {
  const s = 2 / (1 + x * x + y * y + z * z);
  return [
    [1 - s * (y * y + z * z), s * (x * y - z), s * (x * z + y)],
    [s * (x * y + z), 1 - s * (x * x + z * z), s * (y * z - x)],
    [s * (x * z - y), s * (y * z + x), 1 - s * (x * x + y * y)],
  ];
}

/** How far the rotation turns, in degrees. */
export function rotationDegrees(p: Parameters): number {
  const sine = Math.sqrt(p[3] * p[3] + p[4] * p[4] + p[5] * p[5]);
  return (360 / Math.PI) * Math.atan(sine);
}

/** Derivative of each of the affine's twelve numbers, row by row, by each of the first `count` parameters. */
export function derivativesOf(p: Parameters, count: number): Float64Array[] {
  const step = 1e-4;
  return Array.from({ length: count }, (_, n) => {
    const moved = (by: number) => affineOf(p.map((value, at) => (at === n ? value + by : value))).flat();
    const [up, down] = [moved(step), moved(-step)];
    return Float64Array.from(up, (value, at) => (value - down[at]) / (2 * step));
  });
}

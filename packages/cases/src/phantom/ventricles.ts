import { ellipsoid, smoothUnion, type Tube, tube } from './shapes.ts';

const aqueductTube: Tube = [0, -26, -2, 1.2, 0, -36, -20, 1.2];

/** Lateral ventricle, one side: horns, body and atrium as tubes in MNI millimetres. */
const horns: readonly Tube[] = [
  [15, 33, 2, 2.5, 9, 20, 10, 5], // frontal horn
  [9, 20, 10, 5, 10.5, 0, 19, 4.6],
  [10.5, 0, 19, 4.6, 16, -24, 21, 5], // body
  [16, -24, 21, 5, 24.5, -39, 13, 6.4], // atrium
  [24.5, -39, 13, 6.4, 24, -58, 7, 4.2], // occipital horn
  [24, -58, 7, 4.2, 21, -72, 6, 1.2],
  [26, -40, 11, 5.5, 34, -32, -6, 2.4], // temporal horn
  [34, -32, -6, 2.4, 32, -10, -19, 1.6],
];

/**
 * Signed distance to the ventricles and to the cisterns about the brain stem. `x` is the distance from the
 * mid-plane; `widenMm` widens the lateral ventricles.
 */
export function ventricles(x: number, y: number, z: number, widenMm: number): number {
  let distance = 1e3;
  if (x < 44 && y < 42 && y > -82 && z > -28 && z < 36) {
    for (const horn of horns) distance = smoothUnion(distance, tube(x, y, z, horn), 2.5);
    // Higher than wide, and parted by the septum.
    distance = Math.max(distance - widenMm, 0.9 - x);
  }
  if (x < 14) {
    const third = ellipsoid(x, y + 12, z - 1, 2.1 + 0.4 * widenMm, 15, 12);
    const aqueduct = tube(x, y, z, aqueductTube);
    const fourth = ellipsoid(x, y + 43 - 0.12 * x * x, z + 31, 8, 4.5, 9);
    distance = Math.min(distance, third, aqueduct, fourth);
  }
  return distance;
}

/** Cisterns that lie inside the cerebrum's smooth form: about the midbrain, behind the splenium, in between. */
export function cisterns(x: number, y: number, z: number): number {
  if (x > 24 || y > 4 || y < -60 || z > 10 || z < -26) return 1e3;
  const across = x * 0.95;
  const behind = y + 22;
  const radius = Math.sqrt(across * across + behind * behind);
  const ring = Math.abs(radius - 17.5 - 0.1 * z) - 1.3;
  const ambient = Math.max(ring, y + 14, z - 1, -20 - z);
  const quadrigeminal = ellipsoid(x, y + 41, z + 3, 9, 5, 8);
  const interpeduncular = ellipsoid(x, y + 8, z + 15, 5.5, 5, 7);
  return Math.min(smoothUnion(ambient, quadrigeminal, 3), interpeduncular);
}

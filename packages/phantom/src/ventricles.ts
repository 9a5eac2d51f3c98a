import { ellipsoid, smoothIntersection, smoothUnion, type Tube, tube } from './shapes.ts';

/** Lateral ventricle, one side: horns, body and atrium as tubes in MNI millimetres, z counted from 10 × 0.75. */
const heightScale = 0.75;
const horns: readonly Tube[] = [
  [17, 32, -3, 2, 10.5, 22, 0.5, 4.6], // frontal horn
  [10.5, 22, 0.5, 4.6, 9, 2, 7, 4.6],
  [9, 2, 7, 4.6, 13.5, -20, 10, 4.4], // body
  [13.5, -20, 10, 4.4, 23, -38, 4, 6.2], // atrium
  [23, -38, 4, 6.2, 26, -52, -2, 3.4], // occipital horn
  [26, -52, -2, 3.4, 23, -67, -6, 1],
  [25, -40, 1, 5, 34, -32, -11, 2.6], // temporal horn
  [34, -32, -11, 2.6, 32, -10, -20, 1.6],
];
const aqueduct: Tube = [0, -26, -2, 1.2, 0, -36, -20, 1.2];

/**
 * Signed distance to the ventricles; `x` is the distance from the mid-plane.
 * @param caudate distance to the head of the caudate nucleus, which bulges into the frontal horn.
 * @param widenMm widens the lateral ventricles.
 */
export function ventricles(x: number, y: number, z: number, caudate: number, widenMm: number): number {
  let distance = 1e3;
  if (x < 46 && y < 44 && y > -84 && z > -28 && z < 40) {
    const height = (z - 10) * heightScale;
    for (const horn of horns) distance = smoothUnion(distance, tube(x, y, height, horn), 3);
    // Parted in the middle by the septum.
    distance = smoothIntersection(distance - widenMm, 0.8 - x, 1.5);
    distance = smoothIntersection(distance, -caudate, 2);
  }
  if (x < 14) {
    const third = ellipsoid(x, y + 12, z - 1, 2 + 0.4 * widenMm, 15, 12);
    const fourth = ellipsoid(x, y + 43 - 0.1 * x * x, z + 31, 8.5, 4.5, 10);
    distance = Math.min(distance, third, tube(x, y, z, aqueduct), fourth);
  }
  return distance;
}

/** Cisterns inside the cerebrum's smooth form: around the midbrain and behind the third ventricle. */
export function cisterns(x: number, y: number, z: number): number {
  if (x > 26 || y > 4 || y < -60 || z > 10 || z < -26) return 1e3;
  const behind = y + 21;
  const radius = Math.sqrt(x * x + behind * behind);
  const ring = Math.abs(radius - 17.5 + 0.1 * z) - 1.1;
  const ambient = smoothIntersection(smoothIntersection(ring, y + 15, 3), z - 1, 4);
  const quadrigeminal = ellipsoid(x, y + 41, z + 3, 9, 5, 8);
  const interpeduncular = ellipsoid(x, y + 8, z + 15, 5.5, 5, 7);
  return Math.min(smoothUnion(ambient, quadrigeminal, 3), interpeduncular);
}

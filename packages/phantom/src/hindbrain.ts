import { sine } from './arithmetic.ts';
import { tentorium } from './cerebrum.ts';
import { ellipsoid, smoothIntersection, smoothUnion, type Tube, tube } from './shapes.ts';

const peduncle: Tube = [9, -28, -32, 7, 22, -50, -37, 6.5];
const cerebralPeduncle: Tube = [6, -18, -4, 9.5, 4, -21, -18, 10];
const medulla: Tube = [0, -32, -42, 10, 0, -40, -62, 6.8];
const cord: Tube = [0, -40, -62, 6.8, 0, -44, -100, 5.5];

/** Cerebellum without its fissures: signed distance in mm; `x` is the distance from the mid-plane. */
export function cerebellumHull(x: number, y: number, z: number): number {
  const hemisphere = ellipsoid(x - 24, y + 66, z + 38, 28, 25, 20);
  const upper = ellipsoid(x, y + 60, z + 23, 34, 27, 18);
  const tonsils = ellipsoid(x - 8, y + 54, z + 48, 9, 12, 14);
  const roof = z - (tentorium(x, y) - 2.5);
  return smoothIntersection(smoothUnion(smoothUnion(hemisphere, upper, 8), tonsils, 5), roof, 5);
}

/**
 * Distance to the cerebellum's fissures, positive in tissue. They radiate from the roof of the fourth
 * ventricle and run across, bowed forwards at the sides.
 * @param bend a smooth random number about 0, so that they wind.
 */
export function folia(x: number, y: number, z: number, depth: number, bend: number): number {
  const dy = -(y + 38) + 0.012 * x * x;
  const dz = z + 32 + 0.06 * x;
  const radius = Math.sqrt(dy * dy + dz * dz) + 1;
  // Grows with the angle in the sagittal plane; needs no arc tangent.
  const angle = dz / (Math.abs(dy) + Math.abs(dz) + 1e-6);
  const perTurn = 6;
  const wave = sine(angle * perTurn + 0.2 * bend);
  const across = (Math.abs(wave) * radius * 1.35) / (6.2832 * perTurn);
  return across + 0.05 * Math.max(depth, 0) - 0.65;
}

/** White matter in the cerebellum. */
export function cerebellarWhite(x: number, y: number, z: number): number {
  const core = ellipsoid(x - 19, y + 57, z + 36, 15, 12, 7);
  const arbor = ellipsoid(x, y + 52, z + 30, 5, 9, 5);
  return smoothUnion(smoothUnion(core, arbor, 4), tube(x, y, z, peduncle), 4);
}

/** Midbrain, pons and medulla with the middle cerebellar peduncles. */
export function brainStem(x: number, y: number, z: number): number {
  const midbrain = tube(x, y, z, cerebralPeduncle);
  const pons = ellipsoid(x, y + 26, z + 32, 17, 12.5, 14.5);
  const lower = smoothUnion(tube(x, y, z, medulla), tube(x, y, z, cord), 3);
  const stem = smoothUnion(smoothUnion(midbrain, pons, 4), lower, 5);
  return smoothUnion(stem, tube(x, y, z, peduncle), 4);
}

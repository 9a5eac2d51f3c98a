import { sine } from './arithmetic.ts';
import { tentorium } from './cerebrum.ts';
import { ellipsoid, smoothIntersection, smoothUnion, type Tube, tube } from './shapes.ts';

const peduncleTube: Tube = [10, -30, -33, 6.5, 22, -50, -36, 6];
const midbrainTube: Tube = [5, -19, -6, 10.5, 4, -23, -18, 10];
const medullaTube: Tube = [0, -33, -44, 9.5, 0, -40, -62, 6.8];
const cordTube: Tube = [0, -40, -62, 6.8, 0, -44, -100, 5.5];

/** Cerebellum without its fissures: signed distance in mm; `x` is the distance from the mid-plane. */
export function cerebellumHull(x: number, y: number, z: number): number {
  const hemisphere = ellipsoid(x - 23, y + 64, z + 39, 27, 25, 20);
  const vermis = ellipsoid(x, y + 60, z + 30, 12, 22, 21);
  const roof = z - (tentorium(x) - 3.5);
  return smoothIntersection(smoothUnion(hemisphere, vermis, 6), roof, 5);
}

/** Distance to the cerebellum's fissures, which lie in shells about the fourth ventricle. */
export function folia(x: number, y: number, z: number, depth: number): number {
  const dx = 0.8 * x;
  const dy = y + 36;
  const dz = 0.55 * (z + 30);
  const shell = Math.sqrt(dx * dx + dy * dy + dz * dz) + 0.3 * z;
  const periodMm = 7.5;
  const wave = sine(shell / periodMm + 0.12 * sine(x / 31 + z / 23));
  const across = (Math.abs(wave) * periodMm) / 6.3;
  return across + 0.11 * Math.max(depth, 0) - 0.75;
}

/** White matter in the cerebellum and its peduncles. */
export function cerebellarWhite(x: number, y: number, z: number): number {
  const core = ellipsoid(x - 20, y + 58, z + 36, 14, 11, 7);
  const peduncle = tube(x, y, z, peduncleTube);
  return smoothUnion(core, peduncle, 4);
}

/** Midbrain, pons and medulla. */
export function brainStem(x: number, y: number, z: number): number {
  const midbrain = tube(x, y, z, midbrainTube);
  const pons = ellipsoid(x, y + 26, z + 32, 17, 12.5, 14.5);
  const medulla = tube(x, y, z, medullaTube);
  const cord = tube(x, y, z, cordTube);
  return smoothUnion(smoothUnion(midbrain, pons, 4), smoothUnion(medulla, cord, 3), 5);
}

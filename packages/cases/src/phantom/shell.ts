import { cerebralVault } from './cerebrum.ts';
import { cerebellumHull } from './hindbrain.ts';
import { ellipsoid, smoothUnion, type Tube, tube } from './shapes.ts';

const brainStemSpace: Tube = [0, -30, -25, 15, 0, -42, -60, 9];
const spinalCanal: Tube = [0, -42, -60, 9, 0, -46, -110, 8];

/** The skin: signed distance in mm; `x` is the distance from the mid-plane. */
export function skin(x: number, y: number, z: number): number {
  // Below the vault the head goes on as face and neck.
  const low = z < -8 ? -8 + (z + 8) * 0.42 : z;
  const neck = z < -30 && y < -30 ? (-30 - z) * 0.3 : 0;
  const vault = ellipsoid(x, y + 15 - neck * 0.6, low - 9, 78, 101 - neck, 83);
  return smoothUnion(vault, ellipsoid(x, y - 88, z + 42, 13, 14, 22), 10);
}

/** The dura: everything inside it is brain or CSF. */
export function dura(x: number, y: number, z: number, rimMm: number): number {
  const hind = smoothUnion(cerebellumHull(x, y, z), tube(x, y, z, brainStemSpace), 12);
  const canal = tube(x, y, z, spinalCanal);
  return smoothUnion(smoothUnion(cerebralVault(x, y, z), hind - 1, 8), canal, 6) - rimMm;
}

/** Air: sinuses, nose and mastoids. */
export function air(x: number, y: number, z: number): number {
  if (z > 8) return 1e3;
  const frontal = ellipsoid(x - 9, y - 74, z + 9, 10, 5, 9);
  const ethmoid = ellipsoid(x - 4, y - 48, z + 38, 10, 26, 11);
  const sphenoid = ellipsoid(x - 5, y - 16, z + 38, 9, 11, 8);
  const maxillary = ellipsoid(x - 28, y - 46, z + 66, 13, 17, 16);
  const mastoid = ellipsoid(x - 54, y + 38, z + 40, 8, 12, 14);
  return Math.min(frontal, ethmoid, sphenoid, maxillary, mastoid);
}

/** The eyeballs, as a signed distance. */
export function eyes(x: number, y: number, z: number): number {
  return ellipsoid(x - 32, y - 62, z + 40, 12, 12, 12);
}

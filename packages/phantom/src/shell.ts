import { cerebralEgg, cerebralVault } from './cerebrum.ts';
import { brainStem, cerebellumHull } from './hindbrain.ts';
import { ellipsoid, smoothUnion, type Tube, tube } from './shapes.ts';

const spinalCanal: Tube = [0, -42, -60, 9, 0, -46, -110, 8];
const neckTube: Tube = [0, -48, -40, 52, 0, -52, -130, 50];

/** The skin: signed distance in mm; `x` is the distance from the mid-plane. */
export function skin(x: number, y: number, z: number): number {
  const vault = cerebralEgg(x, y, z) - 14;
  if (z > 20) return vault;
  const face = ellipsoid(x, y - 22, z + 42, 62, 66, 62);
  const nose = ellipsoid(x, y - 88, z + 48, 12, 13, 20);
  return smoothUnion(smoothUnion(vault, face, 14), smoothUnion(tube(x, y, z, neckTube), nose, 1), 14);
}

/** The dura: everything inside it is brain or CSF. */
export function dura(x: number, y: number, z: number, rimMm: number): number {
  const vault = cerebralVault(x, y, z) - rimMm;
  if (z > 16) return vault;
  const hind = smoothUnion(cerebellumHull(x, y, z) - 0.7 * rimMm, brainStem(x, y, z) - 3.5, 14);
  return smoothUnion(smoothUnion(vault, hind, 5), tube(x, y, z, spinalCanal), 6);
}

/** Air: sinuses, nose and mastoids. */
export function air(x: number, y: number, z: number): number {
  if (z > 8) return 1e3;
  const frontal = ellipsoid(x - 9, y - 75, z + 9, 10, 4.5, 9);
  const ethmoid = ellipsoid(x - 4, y - 48, z + 40, 10, 26, 11);
  const sphenoid = ellipsoid(x - 5, y - 16, z + 38, 9, 11, 8);
  const maxillary = ellipsoid(x - 28, y - 46, z + 66, 13, 17, 16);
  const mastoid = ellipsoid(x - 55, y + 36, z + 40, 7, 11, 13);
  return Math.min(frontal, ethmoid, sphenoid, maxillary, mastoid);
}

/** The eyeballs, as a signed distance. */
export function eyes(x: number, y: number, z: number): number {
  return ellipsoid(x - 32, y - 62, z + 40, 12, 12, 12);
}

import type { Vec3 } from '@atoll/volume/volume';
import { exponential } from './arithmetic.ts';

/**
 * Echo-planar images are stretched along the phase-encoding axis (here y) where air next to tissue bends the
 * field. Where stretched tissue is squeezed together its signal piles up, bright on DWI and b0 alike, so that
 * the ADC stays normal: the best known false infarct.
 */
export type Distortion = readonly {
  readonly centreMm: Vec3;
  readonly widthMm: number;
  readonly shiftMm: number;
}[];

/** Above the frontal sinuses and the ethmoid, and above both petrous bones. */
export function airBoneBorders(shiftMm: number): Distortion {
  return [
    { centreMm: [7, 56, -14], widthMm: 9, shiftMm },
    { centreMm: [-9, 57, -13], widthMm: 9, shiftMm: 0.9 * shiftMm },
    { centreMm: [47, -12, -37], widthMm: 9, shiftMm: 0.8 * shiftMm },
    { centreMm: [-48, -13, -36], widthMm: 9, shiftMm: 0.9 * shiftMm },
  ];
}

/** Where the signal seen at a place comes from, and how much it is piled up there. */
export type Displaced = { y: number; intensity: number };

export function displace(distortion: Distortion, x: number, y: number, z: number, out: Displaced): void {
  let shift = 0;
  let slope = 0;
  for (const { centreMm, widthMm, shiftMm } of distortion) {
    const dx = x - centreMm[0];
    const dy = y - centreMm[1];
    const dz = z - centreMm[2];
    const r2 = (dx * dx + dy * dy + dz * dz) / (2 * widthMm * widthMm);
    if (r2 > 8) continue;
    const here = shiftMm * exponential(-r2);
    shift += here;
    slope -= (here * dy) / (widthMm * widthMm);
  }
  out.y = y + shift;
  out.intensity = Math.max(0.15, 1 + slope);
}

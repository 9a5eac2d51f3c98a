import { makeRandom } from '@atoll/phantom/random';
import { transformPoint } from '@atoll/volume/affine';
import type { Anatomy } from './anatomy.ts';
import { makeWaves } from './waves.ts';

const regions = ['middle', 'anterior', 'posterior', 'cerebellum', 'stem'] as const;
/** A rough arterial territory: middle, anterior or posterior cerebral artery; cerebellum; brain stem and midbrain. */
export type Region = (typeof regions)[number];

/**
 * Rough territories of every tissue voxel by its place in the head's own frame, in millimetres of an adult's brain.
 * Only so good that a big infarct looks like one; nothing is measured by them.
 */
export function territoriesOf({ tissue, brain, frame }: Anatomy): Territories {
  const [nx, ny] = tissue.shape;
  const region = new Uint8Array(tissue.data.length);
  const aside = new Float32Array(tissue.data.length);
  const place = (at: number) =>
    transformPoint(
      frame,
      transformPoint(tissue.affine, [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))]),
    );
  let [top, front, back] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let at = 0; at < brain.data.length; at++) {
    if (brain.data[at] === 0) continue;
    const [, y, z] = place(at);
    top = Math.max(top, z);
    front = Math.max(front, y);
    back = Math.min(back, y);
  }
  const middle = (front + back) / 2;
  // Borders between territories are watersheds, not planes.
  const random = makeRandom(tissue.data.length);
  const [wanderX, wanderY, wanderZ] = [0, 1, 2].map(() => makeWaves(random, 12, 45));
  for (let at = 0; at < region.length; at++) {
    if (tissue.data[at] === 0) continue;
    const [x, y, z] = place(at);
    aside[at] = x;
    const rough = regionAt(
      Math.abs(x) + 6 * wanderX(x, y, z),
      y - middle + 7 * wanderY(x, y, z),
      top - z + 4 * wanderZ(x, y, z),
    );
    region[at] = regions.indexOf(rough);
  }
  return { regionOf: (at) => regions[region[at]], asideMm: (at) => aside[at] };
}

export type Territories = {
  regionOf(at: number): Region;
  /** Millimetres to the patient's right of the mid-plane. */
  asideMm(at: number): number;
};

/** @param y mm in front of the brain's middle. @param depth mm under the vertex. */
function regionAt(aside: number, y: number, depth: number): Region {
  if (depth > 72 && aside < 16 && y < 8 && y > -38) return 'stem';
  // The tentorium falls from its notch to the sides and the back.
  if (y < -12 && depth > 88 - 0.22 * (y + 12) * -1 + 0.1 * aside) return 'cerebellum';
  if (y < -34 && aside < 34) return 'posterior';
  if (depth > 78 && aside < 32 && y < 0) return 'posterior';
  if (aside < 20 && (y > 30 || (y > -34 && depth < 52))) return 'anterior';
  return 'middle';
}

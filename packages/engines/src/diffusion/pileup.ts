import { labelComponents } from '@atoll/volume/components';
import { squaredDistanceTo } from '@atoll/volume/distance';
import { boundingBox, cropMask, expandBox, pasteMask, sizeOf } from '@atoll/volume/morphology';
import type { Vec3 } from '@atoll/volume/volume';
import type { Scores } from './scores.ts';

const leastMl = 0.05;
/** Nothing is seeded within the first distance; what lies mostly within the second is doubted. */
const nearMm = 4;
const aroundMm = 8;

/** Voxels where the signal piles up, and their neighbourhoods; `volumeMl` of the pile-up itself. */
export type PileUp = { readonly near: Uint8Array; readonly around: Uint8Array; readonly volumeMl: number };

/**
 * Echo-planar images pile signal up where air and bone bend the field: bright with a normal ADC, so that the
 * signal without diffusion weighting must be more than doubled. No infarct does that. Finds such places of
 * 0.05 mL or more, and what lies within 4 and 8 mm of them.
 */
export function findPileUp(
  { z, excess, sigma }: Scores,
  adc: Float32Array,
  brain: Uint8Array,
  shape: Vec3,
  spacingMm: Vec3,
): PileUp {
  const mask = new Uint8Array(brain.length);
  for (let at = 0; at < mask.length; at++)
    if (brain[at] !== 0 && adc[at] > 650 && excess[at] > Math.log(2.2) && z[at] * sigma > Math.log(1.8))
      mask[at] = 1;
  const { labels, sizes } = labelComponents(mask, shape, 26);
  const voxelMl = (spacingMm[0] * spacingMm[1] * spacingMm[2]) / 1000;
  let voxels = 0;
  for (let at = 0; at < mask.length; at++) {
    if (mask[at] !== 0 && sizes[labels[at]] * voxelMl < leastMl) mask[at] = 0;
    voxels += mask[at];
  }
  const near = new Uint8Array(mask.length);
  const around = new Uint8Array(mask.length);
  const box = boundingBox(mask, shape);
  if (box !== null) {
    const work = expandBox(box, shape, spacingMm, aroundMm);
    const size = sizeOf(work);
    const distance = squaredDistanceTo(cropMask(mask, shape, work), size, spacingMm);
    const within = (mm: number) => {
      const part = new Uint8Array(distance.length);
      for (let at = 0; at < part.length; at++) if (distance[at] <= mm * mm) part[at] = 1;
      return part;
    };
    pasteMask(within(nearMm), near, shape, work);
    pasteMask(within(aroundMm), around, shape, work);
  }
  return { near, around, volumeMl: voxels * voxelMl };
}

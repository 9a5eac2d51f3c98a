import { labelComponents } from '@atoll/volume/components';
import { dilate } from '@atoll/volume/morphology';
import type { Vec3 } from '@atoll/volume/volume';
import type { Scores } from './scores.ts';

const leastMl = 0.05;

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
    if (sizes[labels[at]] * voxelMl < leastMl) mask[at] = 0;
    voxels += mask[at];
  }
  return {
    near: dilate(mask, shape, spacingMm, 4),
    around: dilate(mask, shape, spacingMm, 8),
    volumeMl: voxels * voxelMl,
  };
}

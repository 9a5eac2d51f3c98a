import { labelComponents } from '@atoll/volume/components';
import { squaredDistanceWithin } from '@atoll/volume/distance';
import { quantile } from '@atoll/volume/histogram';
import { boundingBox, cropMask, expandBox, pasteMask, sizeOf } from '@atoll/volume/morphology';
import { type Ground, voxelMlOf } from './ground.ts';
import { gather } from './labels.ts';
import type { Scores } from './scores.ts';

const leastMl = 0.05;
/**
 * Median ADC of a piece, and ADC of each of its voxels, from which on it is pile-up (calibrated, 10⁻⁶ mm²/s). Of 66
 * pieces in ten heads without a lesion none had a median below 848; an infarct whose T2 has risen as well stays below
 * healthy tissue.
 */
const pieceAdc = 840;
const voxelAdc = 650;
/** ln of the signal without and with diffusion weighting over that of healthy tissue. */
const leastExcess = Math.log(2.2);
const leastAbove = Math.log(1.8);
/** Nothing is seeded within the first distance; what lies mostly within the second is doubted. */
const nearMm = 4;
const aroundMm = 8;

/** Voxels where the signal piles up, and their neighbourhoods; `volumeMl` of the pile-up itself. */
export type PileUp = { readonly near: Uint8Array; readonly around: Uint8Array; readonly volumeMl: number };

/**
 * Echo-planar images pile signal up where air and bone bend the field: bright with a normal ADC, so that the
 * signal without diffusion weighting must be more than doubled. T2 shine-through doubles that of parts of an
 * infarct as well, so that whole pieces are judged: only one whose median ADC is that of healthy tissue or higher is pile-up. Finds
 * such places of 0.05 mL or more, and what lies within 4 and 8 mm of them.
 */
export function findPileUp({ shape, spacingMm, brain, adc }: Ground, { z, excess, sigma }: Scores): PileUp {
  const mask = new Uint8Array(brain.length);
  for (let at = 0; at < mask.length; at++)
    if (brain[at] !== 0 && excess[at] > leastExcess && z[at] * sigma > leastAbove) mask[at] = 1;
  const { labels, sizes, count } = labelComponents(mask, shape, 26);
  const voxelMl = voxelMlOf(spacingMm);
  const middle = gather(mask, labels, count, adc).map((values) => quantile(values, 0.5, true));
  let voxels = 0;
  for (let at = 0; at < mask.length; at++) {
    if (mask[at] === 0) continue;
    const label = labels[at];
    if (sizes[label] * voxelMl < leastMl || middle[label] < pieceAdc || adc[at] < voxelAdc) mask[at] = 0;
    voxels += mask[at];
  }
  const near = new Uint8Array(mask.length);
  const around = new Uint8Array(mask.length);
  const box = boundingBox(mask, shape);
  if (box !== null) {
    const work = expandBox(box, shape, spacingMm, aroundMm);
    const size = sizeOf(work);
    const distance = squaredDistanceWithin(aroundMm, cropMask(mask, shape, work), size, spacingMm);
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

import { labelComponents } from '@atoll/volume/components';
import { dilate } from '@atoll/volume/morphology';
import type { Mask } from '@atoll/volume/volume';
import { type Coarse, eachVoxel } from './coarse.ts';
import type { OwnTissue } from './own-tissue.ts';

/**
 * What makes a block suspect: so much brighter than the tissue around it (in ln DWI) and so much less ADC (as a
 * share of the patient's own), each at least so many of the patient's own standard deviations. Fitted on heads
 * without a lesion and on lesions pasted into them: docs/alarm.md has the figures.
 */
const suspect = { brighter: 0.15, brighterSigmas: 1.5, lower: 0.25, lowerSigmas: 1.75 };
/** Below this share of the typical ADC is a division of noise by noise, not tissue. */
const leastAdc = 0.15;
/**
 * Pieces that count: small ones when their ADC is as low as that of an infarct, others when they are large. Pile-up at
 * air–bone borders, crossing fibres and noise make small pieces in healthy heads, none of them with so low an ADC.
 */
const counts = { deepMl: 0.7, deepAdc: 0.67, largeMl: 2 };
/** Two outlines of one lesion differ by this much, blocks included. */
const toleranceMm = 5;

export type Marks = {
  /** Suspect blocks of pieces that count. */
  readonly seen: Uint8Array;
  readonly seenMl: number;
  /** Of the largest suspect piece, however small: how near a head without a lesion comes to an alarm. */
  readonly largestMl: number;
  /** Those of them that the engine's mask neither holds nor comes near, in pieces that count. */
  readonly missed: Uint8Array;
  readonly missedMl: number;
};

/** Marks what is bright and has a low ADC, and what of it is not in the engine's mask. */
export function markSuspects(coarse: Coarse, own: OwnTissue, mask: Mask): Marks {
  const suspects = suspectBlocks(coarse, own);
  const seen = piecesThatCount(suspects, coarse, own);
  const covered = dilate(blocksWith(mask, coarse), coarse.shape, coarse.spacingMm, toleranceMm);
  const uncovered = seen.map((value, at) => (covered[at] === 0 ? value : 0));
  const missed = piecesThatCount(uncovered, coarse, own);
  const { sizes } = labelComponents(suspects, coarse.shape, 6);
  const largestMl = coarse.blockMl * sizes.reduce((most, size) => Math.max(most, size), 0);
  return { seen, largestMl, seenMl: volumeOf(seen, coarse), missed, missedMl: volumeOf(missed, coarse) };
}

function suspectBlocks({ filled }: Coarse, own: OwnTissue): Uint8Array {
  const { brain, brightness, adcRatio, brightnessSigma, adcSigma } = own;
  const bright = Math.max(suspect.brighter, suspect.brighterSigmas * brightnessSigma);
  const low = 1 - Math.max(suspect.lower, suspect.lowerSigmas * adcSigma);
  const out = new Uint8Array(brain.length);
  for (let at = 0; at < out.length; at++)
    if (
      brain[at] !== 0 &&
      filled[at] > 0.3 &&
      brightness[at] > bright &&
      adcRatio[at] < low &&
      adcRatio[at] > leastAdc
    )
      out[at] = 1;
  return out;
}

function piecesThatCount(
  blocks: Uint8Array,
  { shape, blockMl }: Coarse,
  { adcRatio }: OwnTissue,
): Uint8Array {
  const { labels, count, sizes } = labelComponents(blocks, shape, 6);
  const deep = new Int32Array(count + 1);
  for (let at = 0; at < blocks.length; at++) if (adcRatio[at] < counts.deepAdc) deep[labels[at]]++;
  const passes = Array.from(sizes, (size, label) => {
    // At least half of the blocks: the median.
    const isDeep = size * blockMl >= counts.deepMl && 2 * deep[label] > size;
    return label > 0 && (isDeep || size * blockMl >= counts.largeMl);
  });
  const out = new Uint8Array(blocks.length);
  for (let at = 0; at < out.length; at++) if (passes[labels[at]]) out[at] = 1;
  return out;
}

/** Blocks that hold a voxel of the mask. */
function blocksWith({ data, shape }: Mask, coarse: Coarse): Uint8Array {
  const out = new Uint8Array(coarse.signal.length);
  eachVoxel(coarse, shape, (voxel, block) => {
    if (data[voxel] !== 0) out[block] = 1;
  });
  return out;
}

function volumeOf(blocks: Uint8Array, { blockMl }: Coarse): number {
  let count = 0;
  for (let at = 0; at < blocks.length; at++) count += blocks[at];
  return count * blockMl;
}

import { spacingMm } from '@atoll/volume/affine';
import { dilate } from '@atoll/volume/morphology';
import { type ReaderPerformance, staple } from '@atoll/volume/staple';
import type { Mask, Volume } from '@atoll/volume/volume';
import {
  byPattern,
  countPatterns,
  isMajority,
  type Votes,
  votesIn,
  votesOf,
  whereChosen,
  whereVoted,
} from '@atoll/volume/votes';
import type { JoinRule } from './join-rules.ts';

/**
 * STAPLE is given what lies this near to what anybody marked. All of the head would make lesions improbable before
 * anybody is asked, and every reader's specificity nearly 1; this much beside them is what readers could have marked.
 */
const neighbourhoodMm = 10;
/** Of two readers STAPLE finds a half where one of them marked: that is a tie, whatever its last digits say. */
const tieWidth = 1e-4;
const half = 0.5;

export type JoinedMasks = {
  readonly votes: Votes;
  /** Whether the joined mask holds voxels of a pattern. */
  readonly isMarked: readonly boolean[];
  /** How probable voxels of a pattern are: the share of readers, or STAPLE's estimate. */
  readonly probability: Float64Array;
  /** The joined mask is what has a probability above it. */
  readonly threshold: number;
  /** By STAPLE; null where it was not asked. */
  readonly performance: readonly ReaderPerformance[] | null;
  /** False where STAPLE was stopped before it had settled. */
  readonly hasSettled: boolean;
};

/**
 * Joins masks on one grid by a rule.
 * @throws AtollError IMAGE_GRIDS_DIFFER
 */
export function joinMasks(masks: readonly Mask[], rule: JoinRule): JoinedMasks {
  const votes = votesOf(masks);
  const { readers, patterns, counts } = votes;
  if (rule !== 'staple') {
    return {
      votes,
      isMarked: Array.from(counts, (_, pattern) =>
        rule === 'union' ? pattern !== 0 : isMajority(pattern, readers),
      ),
      probability: Float64Array.from(counts, (_, pattern) => votesIn(pattern) / readers),
      threshold: rule === 'union' ? 0 : half,
      performance: null,
      hasSettled: true,
    };
  }
  const { shape, affine } = masks[0];
  const marked = whereVoted(votes, (pattern) => pattern !== 0);
  const near = dilate(marked, shape, spacingMm(affine), neighbourhoodMm);
  const estimate = staple(countPatterns(patterns, readers, near), readers);
  return {
    votes,
    isMarked: Array.from(estimate.probability, (each, pattern) => pattern !== 0 && each > half + tieWidth),
    // Further away than anybody looked nothing is probable.
    probability: estimate.probability.map((each, pattern) => (pattern === 0 ? 0 : each)),
    threshold: half + tieWidth,
    performance: estimate.performance,
    hasSettled: estimate.hasConverged,
  };
}

/** The joined mask. @param grid of the masks */
export function joinedMask({ votes, isMarked }: JoinedMasks, { shape, affine }: Mask): Mask {
  return { shape, affine, data: whereChosen(votes.patterns, isMarked) };
}

/** For each voxel how many readers marked it. */
export function voteMap({ votes }: JoinedMasks, { shape, affine }: Mask): Mask {
  const { patterns, counts } = votes;
  const values = Uint8Array.from(counts, (_, pattern) => votesIn(pattern));
  return { shape, affine, data: byPattern(patterns, values, new Uint8Array(patterns.length)) };
}

export function probabilityMap({ votes, probability }: JoinedMasks, { shape, affine }: Mask): Volume {
  const { patterns } = votes;
  return { shape, affine, data: byPattern(patterns, probability, new Float32Array(patterns.length)) };
}

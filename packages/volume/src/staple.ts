import { isMarkedBy } from './votes.ts';

/** How one reader fares against the truth that STAPLE estimates. */
export type ReaderPerformance = {
  /** Share of the true voxels that the reader marks; null where no voxel is true. */
  readonly sensitivity: number | null;
  /** Share of the others that the reader leaves unmarked; null where there are none. */
  readonly specificity: number | null;
};

export type Staple = {
  /** For each pattern of votes, how probable it is that such a voxel is truly marked, 0–1. */
  readonly probability: Float64Array;
  readonly performance: readonly ReaderPerformance[];
  /** Mean share of voxels that a reader marks: what a voxel is thought to be before anybody is asked. */
  readonly prior: number;
  readonly iterations: number;
  /** False where the estimate still moved when it was stopped. */
  readonly hasConverged: boolean;
};

/** Readers are taken for nearly perfect to begin with. */
const start = 0.99999;
/** Sum of the squared changes of all sensitivities and specificities; 7 digits, as ITK has it. */
const tolerance = 1e-14;
const mostIterations = 20_000;

/**
 * STAPLE: truth and readers' performance estimated together, by expectation maximisation (Warfield, Zou & Wells, IEEE
 * Trans Med Imaging 2004), without a spatial prior and with one global prior, as ITK's STAPLEImageFilter. Voxels of one
 * pattern of votes are all alike, so that an iteration costs 2^R steps and not one for each voxel.
 *
 * Of two readers it cannot be told who is right: what one alone marked comes out at a half or just below, as a tie, and
 * where their masks do not meet at all the larger one is believed altogether.
 * @param counts how many voxels have each pattern: bit n is set where reader n marks; see votes.ts. Only of the
 *   neighbourhood in question: with all of the background in it, the prior makes lesions improbable everywhere.
 */
export function staple(counts: Float64Array, readers: number): Staple {
  const patterns = counts.length;
  const all = counts.reduce((sum, count) => sum + count, 0);
  let marked = 0;
  for (let pattern = 0; pattern < patterns; pattern++)
    for (let reader = 0; reader < readers; reader++)
      if (isMarkedBy(pattern, reader)) marked += counts[pattern];
  const prior = all === 0 ? 0 : marked / (all * readers);

  const probability = new Float64Array(patterns);
  const sensitivity = new Float64Array(readers).fill(start);
  const specificity = new Float64Array(readers).fill(start);
  const expect = () => {
    for (let pattern = 0; pattern < patterns; pattern++) {
      let [ifTrue, ifNot] = [prior, 1 - prior];
      for (let reader = 0; reader < readers; reader++) {
        const isMarked = isMarkedBy(pattern, reader);
        ifTrue *= isMarked ? sensitivity[reader] : 1 - sensitivity[reader];
        ifNot *= isMarked ? 1 - specificity[reader] : specificity[reader];
      }
      // Patterns that nobody has may be impossible either way.
      probability[pattern] = ifTrue === 0 ? 0 : ifTrue / (ifTrue + ifNot);
    }
  };
  let [iterations, change, trueVoxels] = [0, Number.POSITIVE_INFINITY, 0];
  while (change >= tolerance && iterations < mostIterations) {
    expect();
    iterations++;
    change = 0;
    trueVoxels = counts.reduce((sum, count, pattern) => sum + count * probability[pattern], 0);
    for (let reader = 0; reader < readers; reader++) {
      let [hit, spared] = [0, 0];
      for (let pattern = 0; pattern < patterns; pattern++) {
        if (isMarkedBy(pattern, reader)) hit += counts[pattern] * probability[pattern];
        else spared += counts[pattern] * (1 - probability[pattern]);
      }
      const next = {
        sensitivity: trueVoxels === 0 ? sensitivity[reader] : hit / trueVoxels,
        specificity: all === trueVoxels ? specificity[reader] : spared / (all - trueVoxels),
      };
      change += (next.sensitivity - sensitivity[reader]) ** 2 + (next.specificity - specificity[reader]) ** 2;
      sensitivity[reader] = next.sensitivity;
      specificity[reader] = next.specificity;
    }
  }
  expect();
  return {
    probability,
    performance: Array.from({ length: readers }, (_, reader) => ({
      sensitivity: trueVoxels === 0 ? null : sensitivity[reader],
      specificity: all === trueVoxels ? null : specificity[reader],
    })),
    prior,
    iterations,
    hasConverged: change < tolerance,
  };
}

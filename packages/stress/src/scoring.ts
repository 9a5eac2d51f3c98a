import { spacingMm as spacingOf, voxelVolumeMl } from '@atoll/volume/affine';
import { compareMasks } from '@atoll/volume/metrics';
import { dilate } from '@atoll/volume/morphology';
import type { Mask } from '@atoll/volume/volume';
import { type Subject, truthOf } from './anatomy.ts';

export type Score = {
  /** For each infarct in view: its place in the list, the share of its voxels that is marked, whether it is found. */
  readonly lesions: readonly {
    readonly at: number;
    readonly ml: number;
    readonly share: number;
    readonly found: boolean;
  }[];
  /** Of all pasted infarcts together; null when there are none. */
  readonly dice: number | null;
  /** Marked further than `nearMm` from every infarct, pasted or known. */
  readonly falseMl: number;
  readonly markedMl: number;
};

/** An infarct is found when this share of it is marked, or its centre. */
const foundShare = 0.1;
/** What is marked this near to an infarct is its rim, not a false infarct. */
const nearMm = 3;
/** What is marked this near to an infarct that the patient had before counts neither way. */
const knownMm = 8;

/** @param mask an engine's, on the subject's grid. */
export function score(mask: Mask, subject: Subject): Score {
  const { lesions, lesionMl, known } = subject;
  const spacing = spacingOf(lesions.affine);
  const truth = truthOf(subject);
  const aside =
    known === null
      ? null
      : dilate(known.data, known.shape, spacing, knownMm).map((v, at) => (truth.data[at] ? 0 : v));
  const marked: Mask = { ...mask, data: mask.data.map((value, at) => (aside?.[at] ? 0 : value)) };
  const near = dilate(truth.data, truth.shape, spacing, nearMm);
  const all = new Float64Array(lesionMl.length + 1);
  const hit = new Float64Array(lesionMl.length + 1);
  const sums = lesionMl.map(() => [0, 0, 0]);
  const [nx, ny] = lesions.shape;
  let [falseVoxels, markedVoxels] = [0, 0];
  for (let at = 0; at < marked.data.length; at++) {
    const label = lesions.data[at];
    if (marked.data[at] !== 0) {
      markedVoxels++;
      hit[label]++;
      if (near[at] === 0) falseVoxels++;
    }
    if (label === 0) continue;
    all[label]++;
    const sum = sums[label - 1];
    sum[0] += at % nx;
    sum[1] += Math.floor(at / nx) % ny;
    sum[2] += Math.floor(at / (nx * ny));
  }
  const voxelMl = voxelVolumeMl(lesions.affine);
  return {
    lesions: lesionMl.flatMap((ml, n) => {
      const count = all[n + 1];
      // Cut off with the field of view: it cannot be asked for.
      if (count === 0) return [];
      const [i, j, k] = sums[n].map((sum) => Math.round(sum / count));
      const centre = i + nx * (j + ny * k);
      const share = hit[n + 1] / count;
      const centreMarked = lesions.data[centre] === n + 1 && marked.data[centre] !== 0;
      return [{ at: n, ml, share, found: share >= foundShare || centreMarked }];
    }),
    dice: lesionMl.length === 0 ? null : diceOf(marked, truth),
    falseMl: falseVoxels * voxelMl,
    markedMl: markedVoxels * voxelMl,
  };
}

/** Dice of two masks on one grid; 1 when both are empty. */
export function diceOf(one: Mask, other: Mask): number {
  let [both, sum] = [0, 0];
  for (let at = 0; at < one.data.length; at++) {
    const [a, b] = [one.data[at] !== 0 ? 1 : 0, other.data[at] !== 0 ? 1 : 0];
    both += a & b;
    sum += a + b;
  }
  return sum === 0 ? 1 : (2 * both) / sum;
}

export function volumeMl({ data, affine }: Mask): number {
  return data.reduce((sum, value) => sum + (value !== 0 ? 1 : 0), 0) * voxelVolumeMl(affine);
}

/** Against the mask of an expert: Dice and lesion-wise F1 as ISLES'22 counts them. */
export function againstExpert(mask: Mask, known: Mask): { readonly dice: number; readonly lesionF1: number } {
  const { dice, lesionF1 } = compareMasks(mask, known);
  return { dice, lesionF1 };
}

import type { BidsSource } from '@atoll/cases/bids/source';
import { probabilityFileName } from '@atoll/engines/result-files';
import { sameGrid } from '@atoll/volume/affine';
import { pairLesions } from '@atoll/volume/lesion-pairing';
import { compareMasks } from '@atoll/volume/metrics';
import { readNifti, readNiftiMask } from '@atoll/volume/nifti-read';
import { precisionRecallArea } from '@atoll/volume/precision-recall';
import type { EndedCase } from '../batch/batch.ts';
import type { Derivative } from '../derivative/derivative.ts';

/** The figures that engines are compared by; null where one cannot be computed. */
export const measures = [
  { id: 'dice', title: 'Dice', unit: '', better: 'higher', digits: 3 },
  { id: 'lesionF1', title: 'Lesion F1, any overlap (ISLES’22)', unit: '', better: 'higher', digits: 3 },
  { id: 'matchedF1', title: 'Lesion F1, one to one, IoU ≥ 0.25', unit: '', better: 'higher', digits: 3 },
  { id: 'volumeDifferenceMl', title: 'Absolute volume difference', unit: 'mL', better: 'lower', digits: 2 },
  { id: 'countDifference', title: 'Absolute lesion count difference', unit: '', better: 'lower', digits: 1 },
  { id: 'precisionRecallArea', title: 'PR-AUC', unit: '', better: 'higher', digits: 3 },
] as const;
type MeasureId = (typeof measures)[number]['id'];

/** One engine on one case. */
export type Score = {
  readonly engine: string;
  readonly caseId: string;
  readonly referenceMl: number;
} & Readonly<Record<MeasureId, number | null>>;

/** @returns null where the case has no reference, or the engine gave no mask. */
export async function scoreOf(
  engine: string,
  { found, state }: EndedCase,
  source: BidsSource,
  { results }: Derivative,
): Promise<Score | null> {
  if (state.status !== 'done' && state.status !== 'kept') return null;
  const { reference } = await source.open(found.id);
  if (reference === undefined) return null;
  const [mask, truth] = await Promise.all([
    readNiftiMask(await results.readMask(found)),
    readNiftiMask(reference),
  ]);
  // Says so itself where the two are not on one grid.
  const agreement = compareMasks(mask, truth);
  const isSame = sameGrid(mask, truth, 0.1);
  const soft = isSame ? await results.readFurther(found, probabilityFileName) : null;
  return {
    engine,
    caseId: found.id,
    referenceMl: agreement.referenceVolumeMl,
    dice: agreement.dice,
    lesionF1: agreement.lesionF1,
    matchedF1: isSame ? pairLesions(mask, truth).f1 : null,
    volumeDifferenceMl: agreement.absoluteVolumeDifferenceMl,
    countDifference: agreement.lesionCountDifference,
    precisionRecallArea: soft === null ? null : precisionRecallArea((await readNifti(soft)).data, truth.data),
  };
}

import { join } from 'node:path';
import type { BidsCase } from '@atoll/cases/bids/scan';
import { mniDwiFileName, mniTransformName, territoriesFileName } from '@atoll/engines/location-files';
import { researchNotice } from '@atoll/engines/notice';
import { brainFileName, missedFileName, probabilityFileName } from '@atoll/engines/result-files';
import { htmlFileName, pdfFileName, thumbnailFileName } from '@atoll/report/file-names';
import { frequencyMapName, frequencyPictureName, frequencySideCarName } from './frequency-map.ts';

/** The page of all cases. */
export const groupPageName = 'group.html';
/** What readers made of the results, a line for each case and reader. */
export const reviewTableName = 'review.tsv';
export const reviewColumnsName = 'review.json';
/** Held while the table of reviews is written. */
export const reviewLockName = '.review-lock';

/** Why cases failed, a file for each. */
export const failuresFolder = '.atoll/failed';

/** Names that BIDS has no place for; its validator passes over what stands here. */
export const bidsIgnore = [
  '*_report.json',
  '*_report.html',
  '*_report.pdf',
  '*_overlay_*.nii.gz',
  `*_${probabilityFileName}`,
  `*_${territoriesFileName}`,
  // Without the gradients that BIDS wants beside a DWI: it is one image, resampled.
  `*_${mniDwiFileName}`,
  `*_${mniTransformName}`,
  '*_thumbnail.png',
  groupPageName,
  frequencyMapName,
  frequencySideCarName,
  frequencyPictureName,
  'lesions.tsv',
  'lesions.json',
  'disagreements.tsv',
  'disagreements.json',
  reviewTableName,
  reviewColumnsName,
  `${reviewLockName}/`,
  '.atoll/',
];

/** Masks beside the lesion's, as BIDS names and describes them. */
export const furtherMasks: Readonly<Record<string, { desc: string; type: string; description: string }>> = {
  [brainFileName]: {
    desc: 'brain',
    type: 'Brain',
    description: `Brain mask by the engine, to be checked. ${researchNotice}`,
  },
  [missedFileName]: {
    desc: 'missed',
    type: 'Lesion',
    description: `Candidates that the lesion mask may have missed: bright on DWI with a low ADC. ${researchNotice}`,
  },
};

export const furtherStems = [
  'overlay_',
  probabilityFileName,
  ...Object.values(furtherMasks).map(({ desc }) => `desc-${desc}_mask`),
];

/** Where the files of a case lie in a derivative. */
export function caseNames(root: string, { id, subject, session }: BidsCase, desc = 'lesion') {
  const folder = join(root, `sub-${subject}`, ...(session === null ? [] : [`ses-${session}`]), 'dwi');
  const stem = `${id}_desc-${desc}`;
  return {
    folder,
    mask: `${stem}_mask.nii.gz`,
    sideCar: `${stem}_mask.json`,
    report: `${stem}_report.json`,
    readable: [
      [htmlFileName, `${stem}_report.html`],
      [pdfFileName, `${stem}_report.pdf`],
      [thumbnailFileName, `${stem}_thumbnail.png`],
    ] as const,
  };
}

/** A further file of a case, by its name in a result. */
export function furtherName({ id }: BidsCase, name: string): string {
  const mask = furtherMasks[name];
  return mask === undefined ? `${id}_${name}` : `${id}_desc-${mask.desc}_mask.nii.gz`;
}

/** A value as the text of a file. */
export function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}

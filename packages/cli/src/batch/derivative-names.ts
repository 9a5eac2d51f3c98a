import { mniDwiFileName, mniTransformName, territoriesFileName } from '@atoll/engines/location-files';
import { researchNotice } from '@atoll/engines/notice';
import { brainFileName, missedFileName } from '@atoll/engines/result-files';
import { frequencyMapName, frequencyPictureName, frequencySideCarName } from './frequency-map.ts';

/** The page of all cases. */
export const groupPageName = 'group.html';

/** Names that BIDS has no place for; its validator passes over what stands here. */
export const bidsIgnore = [
  '*_report.json',
  '*_report.html',
  '*_report.pdf',
  '*_overlay_*.nii.gz',
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
  ...Object.values(furtherMasks).map(({ desc }) => `desc-${desc}_mask`),
];

import { anywhere, type CatalogueRow } from '../row.ts';

/** What is wrong with images that are whole, as the study of a patient. */
export const studiesCodes = {
  STUDY_NO_OVERLAP: {
    status: 422,
    sentence: 'DWI and ADC do not overlap in space.',
    action: 'Check that both images are of the same patient and session.',
    retry: 'never',
    where: anywhere,
  },
  STUDY_MISMATCH: {
    status: 422,
    sentence: 'DWI and ADC do not belong together by what they show.',
    action: 'Give the ADC map that was made of this DWI, or upload DWI and b0 and let it be computed.',
    retry: 'never',
    where: anywhere,
  },
  STUDY_EMPTY: {
    status: 422,
    sentence: 'The image holds no signal: every voxel is zero or not finite.',
    action: 'Check that the right file was chosen.',
    retry: 'never',
    where: anywhere,
  },
  STUDY_NO_BRAIN: {
    status: 422,
    sentence: 'No brain was found in the images.',
    action: 'Check that DWI and ADC are of the head and were not swapped.',
    retry: 'never',
    where: anywhere,
  },
  STUDY_ADC_IMPLAUSIBLE: {
    status: 422,
    sentence: 'The ADC image does not look like an apparent diffusion coefficient.',
    action: 'Check that DWI and ADC were not swapped and that ADC is a quantitative map.',
    retry: 'never',
    where: anywhere,
  },
  STUDY_NO_FLAIR: {
    status: 422,
    sentence: 'This way of the engine needs a FLAIR image, and the case has none.',
    action: 'Give a FLAIR image, or choose a preset that does without.',
    retry: 'never',
    where: anywhere,
  },
  STUDY_UNFIT: {
    status: 422,
    sentence: 'This engine cannot work on images like these.',
    action: 'Resample or crop the images, or use another engine.',
    retry: 'never',
    where: anywhere,
  },
} as const satisfies Record<string, CatalogueRow>;

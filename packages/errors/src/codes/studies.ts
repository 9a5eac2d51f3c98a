import { anywhere, type CatalogueRow } from '../row.ts';

/** What is wrong with images that are whole, as the study of a patient. */
export const studiesCodes = {
  STUDY_NO_OVERLAP: {
    status: 422,
    sentence: 'DWI and ADC do not overlap in space.',
    action: 'Check that both images are from the same patient and session.',
    retry: 'never',
    where: anywhere,
  },
  STUDY_EMPTY: {
    status: 422,
    sentence: 'The image contains no signal: every voxel is zero or not finite.',
    action: 'Check that the right file was selected.',
    retry: 'never',
    where: anywhere,
  },
  STUDY_NO_BRAIN: {
    status: 422,
    sentence: 'No brain was found in the images.',
    action: 'Check that DWI and ADC show the head and were not swapped.',
    retry: 'never',
    where: anywhere,
  },
  STUDY_ADC_IMPLAUSIBLE: {
    status: 422,
    sentence: 'The ADC image does not look like an ADC map.',
    action: 'Check that DWI and ADC were not swapped and that ADC is a quantitative map.',
    retry: 'never',
    where: anywhere,
  },
  STUDY_NO_FLAIR: {
    status: 422,
    sentence: 'This preset requires a FLAIR image, and the case has none.',
    action: 'Add a FLAIR image, or choose a preset that does not need one.',
    retry: 'never',
    where: anywhere,
  },
  STUDY_UNFIT: {
    status: 422,
    sentence: 'This engine cannot process these images.',
    action: 'Resample or crop the images, or use another engine.',
    retry: 'never',
    where: anywhere,
  },
} as const satisfies Record<string, CatalogueRow>;

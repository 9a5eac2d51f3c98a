import type { CatalogueRow } from '../row.ts';

/** Masks that a reader made or changed, and what becomes of them. */
export const revisionsCodes = {
  MASK_NOT_BINARY: {
    status: 422,
    sentence: 'The mask is not binary: it holds more than background and one label.',
    action: 'Save the label of the infarct alone, without interpolation or smoothing.',
    retry: 'never',
    where: ['answer', 'terminal', 'page'],
  },
  MASK_NOT_FINITE: {
    status: 422,
    sentence: 'The mask holds voxels that are not finite.',
    action: 'Save it as whole numbers, 0 outside and 1 inside.',
    retry: 'never',
    where: ['answer', 'terminal', 'page'],
  },
  MASK_GRID_DIFFERS: {
    status: 422,
    sentence: 'The mask does not lie on the grid of the DWI.',
    action:
      'Draw it on the DWI of this result; the order of its axes does not matter, but a resampled mask is not taken.',
    retry: 'never',
    where: ['answer', 'terminal', 'page'],
  },
  REGION_NO_CONTRAST: {
    status: 422,
    sentence: 'This place does not stand out from the healthy tissue around it.',
    action: 'Click inside the lesion, or paint it with the brush.',
    retry: 'never',
    where: ['page'],
  },
  RESULT_INPUTS_DIFFER: {
    status: 422,
    sentence: 'These are not the images that this result was made of.',
    action: 'Name the DWI and the ADC that it was made of with --dwi and --adc.',
    retry: 'never',
    where: ['terminal'],
  },
  JOB_NOT_COMPLETED: {
    status: 409,
    sentence: 'This job has no result that could be reviewed.',
    action: 'Wait until it is completed; a job that failed or was cancelled has none.',
    retry: 'never',
    where: ['answer'],
  },
  REVISION_UNKNOWN: {
    status: 404,
    sentence: 'This result has no revision of this number.',
    action: 'List them with GET /api/jobs/{jobId}/revisions.',
    retry: 'never',
    where: ['answer'],
  },
  REVISION_CONFLICT: {
    status: 409,
    sentence: 'Somebody else has saved a revision of this result in the meantime.',
    action:
      'Look at the newest revision. To save yours after it all the same, send it again and name that one as the parent.',
    retry: 'never',
    where: ['answer'],
  },
  REVISION_UNFIT: {
    status: 422,
    sentence: 'The verdict does not fit the mask.',
    action: 'A corrected mask differs from that of its parent; one that is accepted or rejected does not.',
    retry: 'never',
    where: ['answer', 'terminal', 'page'],
  },
  TOO_MANY_REVISIONS: {
    status: 409,
    sentence: 'This result has as many revisions as one can have.',
    action: 'Run the case again, or remove the result.',
    retry: 'never',
    where: ['answer'],
  },
} as const satisfies Record<string, CatalogueRow>;

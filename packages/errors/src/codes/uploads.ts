import type { CatalogueRow } from '../row.ts';

/** Bringing a case. */
export const uploadsCodes = {
  CASE_IMAGES_MISSING: {
    status: 422,
    sentence: 'A case needs a DWI and an ADC image.',
    action: 'Send both, as the fields dwi and adc.',
    retry: 'never',
    where: ['answer'],
  },
  UPLOADS_OFF: {
    status: 403,
    sentence: 'This instance takes no cases of others.',
    action: 'Use the cases that it lists; whoever hosts it can set ATOLL_UPLOADS=on.',
    retry: 'never',
    where: ['answer'],
  },
  UPLOAD_TYPE_UNSUPPORTED: {
    status: 415,
    sentence: 'A file is of a kind that is not taken here.',
    action: 'Send NIfTI (.nii or .nii.gz), MetaImage, or a ZIP of one examination’s images as `files`.',
    retry: 'never',
    where: ['answer'],
  },
  UPLOAD_TOO_LARGE: {
    status: 413,
    sentence: 'The files are larger than this instance takes.',
    action:
      'Send the images of one examination only; whoever hosts this instance can raise ATOLL_UPLOAD_MAX_MB.',
    retry: 'never',
    where: ['answer'],
  },
  UPLOAD_TOO_MANY_FILES: {
    status: 413,
    sentence: 'There are more files, or more fields, than this instance takes in one case.',
    action: 'Send the images of one examination only, or one ZIP of them.',
    retry: 'never',
    where: ['answer'],
  },
  UPLOAD_UNKNOWN: {
    status: 404,
    sentence: 'There is no upload of this id.',
    action: 'Start the upload anew: one that was not finished within a day is removed.',
    retry: 'never',
    where: ['answer'],
  },
  UPLOAD_CONFLICT: {
    status: 409,
    sentence: 'The upload is not where this part of it begins.',
    action: 'Ask with HEAD how far it is, and go on from there.',
    retry: 'never',
    where: ['answer'],
  },
  UPLOAD_INCOMPLETE: {
    status: 409,
    sentence: 'The upload is not complete yet.',
    action: 'Send the rest of it first.',
    retry: 'never',
    where: ['answer'],
  },
} as const satisfies Record<string, CatalogueRow>;

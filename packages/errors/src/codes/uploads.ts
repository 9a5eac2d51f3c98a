import type { CatalogueRow } from '../row.ts';

/** Bringing a case. */
export const uploadsCodes = {
  CASE_IMAGES_MISSING: {
    status: 422,
    sentence: 'A case requires a DWI and an ADC image.',
    action: 'Send both, as the fields dwi and adc.',
    retry: 'never',
    where: ['answer'],
  },
  UPLOADS_OFF: {
    status: 403,
    sentence: 'This instance does not accept uploads.',
    action: 'Use one of the listed cases; the administrator can set ATOLL_UPLOADS=on.',
    retry: 'never',
    where: ['answer'],
  },
  DICOM_RECEIVE_OFF: {
    status: 403,
    sentence: 'This instance does not receive examinations by DICOMweb.',
    action: 'The administrator can set ATOLL_DICOM_RECEIVE=on.',
    retry: 'never',
    where: ['answer'],
  },
  UPLOAD_TYPE_UNSUPPORTED: {
    status: 415,
    sentence: 'A file has a type that is not accepted here.',
    action: 'Send NIfTI (.nii or .nii.gz), MetaImage, or a ZIP of one examination’s images as `files`.',
    retry: 'never',
    where: ['answer'],
  },
  UPLOAD_TOO_LARGE: {
    status: 413,
    sentence: 'The files are larger than this instance accepts.',
    action: 'Upload the images of one examination only; the administrator can raise ATOLL_UPLOAD_MAX_MB.',
    retry: 'never',
    where: ['answer'],
  },
  UPLOAD_TOO_MANY_FILES: {
    status: 413,
    sentence: 'There are more files, or more fields, than this instance accepts for one case.',
    action: 'Upload the images of one examination only, or a ZIP of them.',
    retry: 'never',
    where: ['answer'],
  },
  UPLOAD_UNKNOWN: {
    status: 404,
    sentence: 'There is no upload with this id.',
    action: 'Start the upload again: unfinished uploads are removed after a day.',
    retry: 'never',
    where: ['answer'],
  },
  UPLOAD_CONFLICT: {
    status: 409,
    sentence: 'The upload offset does not match.',
    action: 'Request the current offset with HEAD, and continue from there.',
    retry: 'never',
    where: ['answer'],
  },
  UPLOAD_INCOMPLETE: {
    status: 409,
    sentence: 'The upload is not complete yet.',
    action: 'Send the remaining bytes first.',
    retry: 'never',
    where: ['answer'],
  },
} as const satisfies Record<string, CatalogueRow>;

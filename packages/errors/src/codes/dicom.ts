import type { CatalogueRow } from '../row.ts';

/** DICOM segmentations, and archives that speak DICOMweb. */
export const dicomCodes = {
  DICOM_FILE_UNREADABLE: {
    status: 422,
    sentence: 'A DICOM file cannot be read.',
    action: 'Export the series again, uncompressed if possible, and retry.',
    retry: 'never',
    where: ['terminal', 'page'],
  },
  DICOM_NONE_FOUND: {
    status: 422,
    sentence: 'None of these files is a DICOM file.',
    action: 'Provide DICOM files, or folders or ZIP files that contain them.',
    retry: 'never',
    where: ['terminal'],
  },
  SEG_SOURCE_MISSING: {
    status: 422,
    sentence:
      'None of these files is a DICOM image with a position, an orientation and a frame of reference.',
    action: 'Provide the DICOM files of the series that was segmented.',
    retry: 'never',
    where: ['terminal', 'page'],
  },
  SEG_SOURCE_AMBIGUOUS: {
    status: 422,
    sentence: 'DICOM series from several examinations match the grid of the mask.',
    action: 'Provide the DICOM files of a single examination.',
    retry: 'never',
    where: ['terminal', 'page'],
  },
  SEG_GRID_DIFFERS: {
    status: 422,
    sentence: 'The mask does not match the slices of the DICOM series.',
    action:
      'Provide the series that the mask was drawn on, as single-frame or enhanced MR images; a mosaic or a resampled mask cannot refer to individual slices.',
    retry: 'never',
    where: ['terminal', 'page'],
  },
  DICOMWEB_ADDRESS_INVALID: {
    status: 422,
    sentence: 'This is not the address of a DICOMweb archive.',
    action:
      'Provide the root URL of its DICOMweb service, such as https://pacs.example.org/dicom-web; credentials go into ATOLL_DICOMWEB_CREDENTIALS.',
    retry: 'never',
    where: ['terminal'],
  },
  DICOMWEB_UNREACHABLE: {
    status: 502,
    sentence: 'The DICOMweb archive cannot be reached.',
    action:
      'Check the address and that the archive is running, then send again; files that have arrived are kept.',
    retry: 'soon',
    where: ['answer', 'terminal'],
  },
  DICOMWEB_UNAUTHORIZED: {
    status: 502,
    sentence: 'The DICOMweb archive denied access, or does not allow writing.',
    action:
      'Set ATOLL_DICOMWEB_CREDENTIALS to user:password, or to Bearer followed by a token; for an archive of ATOLL_ARCHIVES, ATOLL_ARCHIVE_CREDENTIALS.',
    retry: 'never',
    where: ['answer', 'terminal'],
  },
  DICOMWEB_REFUSED: {
    status: 502,
    sentence: 'The DICOMweb archive did not accept the files.',
    action: 'Check the address, and ask the archive’s administrator whether it stores DICOM Segmentations.',
    retry: 'never',
    where: ['terminal'],
  },
  ARCHIVE_UNKNOWN: {
    status: 404,
    sentence: 'There is no such archive that can be searched here.',
    action:
      'See GET /api/archives; the administrator lists archives in ATOLL_ARCHIVES. Where nobody signs in, they can be searched from this machine alone.',
    retry: 'never',
    where: ['answer'],
  },
  DICOMWEB_UNANSWERED: {
    status: 502,
    sentence: 'The DICOMweb archive did not answer the question.',
    action:
      'Check the address of its DICOMweb service (QIDO-RS and WADO-RS) and the UID of the study; its administrator can see the request in its log.',
    retry: 'never',
    where: ['answer', 'terminal'],
  },
  DEIDENTIFY_KEY_UNUSABLE: {
    status: 500,
    sentence: 'The key for pseudonyms cannot be used.',
    action:
      'Give ATOLL_DEIDENTIFY_KEY a file of mode 0600 with 64 hexadecimal digits, the same for all processes; without one, Atoll makes it.',
    retry: 'never',
    where: ['terminal'],
  },
} as const satisfies Record<string, CatalogueRow>;

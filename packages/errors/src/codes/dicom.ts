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
    sentence: 'None of these files is DICOM.',
    action: 'Give DICOM files, or folders or ZIPs that hold some.',
    retry: 'never',
    where: ['terminal'],
  },
  SEG_SOURCE_MISSING: {
    status: 422,
    sentence: 'Among these files is no DICOM image that says where in the patient it lies.',
    action: 'Give the DICOM files of the series that was segmented.',
    retry: 'never',
    where: ['terminal', 'page'],
  },
  SEG_SOURCE_AMBIGUOUS: {
    status: 422,
    sentence: 'DICOM series of several examinations lie on the grid of the mask.',
    action: 'Give the DICOM files of one examination only.',
    retry: 'never',
    where: ['terminal', 'page'],
  },
  SEG_GRID_DIFFERS: {
    status: 422,
    sentence: 'The mask does not lie on the slices of the DICOM series.',
    action:
      'Give the series that the mask was drawn on, as single slices or enhanced MR; a mosaic, or a mask that was resampled, cannot refer to its slices.',
    retry: 'never',
    where: ['terminal', 'page'],
  },
  DICOMWEB_ADDRESS_INVALID: {
    status: 422,
    sentence: 'This is not the address of a DICOMweb archive.',
    action:
      'Give the root of its DICOMweb service, such as https://pacs.example.org/dicom-web; credentials go into ATOLL_DICOMWEB_CREDENTIALS.',
    retry: 'never',
    where: ['terminal'],
  },
  DICOMWEB_UNREACHABLE: {
    status: 502,
    sentence: 'The DICOMweb archive cannot be reached.',
    action: 'Check the address and that the archive runs, then send again; what has arrived stays.',
    retry: 'soon',
    where: ['terminal'],
  },
  DICOMWEB_UNAUTHORIZED: {
    status: 502,
    sentence: 'The DICOMweb archive does not let you in, or not write.',
    action: 'Set ATOLL_DICOMWEB_CREDENTIALS to user:password or to Bearer and a token.',
    retry: 'never',
    where: ['terminal'],
  },
  DICOMWEB_REFUSED: {
    status: 502,
    sentence: 'The DICOMweb archive did not take the files.',
    action: 'Check the address, and ask whoever runs the archive whether it stores DICOM Segmentations.',
    retry: 'never',
    where: ['terminal'],
  },
} as const satisfies Record<string, CatalogueRow>;

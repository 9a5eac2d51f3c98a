import { anywhere, type CatalogueRow } from '../row.ts';

/** What is wrong with the files that a reader gives. */
export const intakeCodes = {
  INTAKE_NOTHING_FOUND: {
    status: 422,
    sentence: 'None of these files is an image that Atoll can read.',
    action: 'Provide NIfTI (.nii, .nii.gz), MetaImage (.mha, .mhd) or DICOM files, or a ZIP of them.',
    retry: 'never',
    where: anywhere,
  },
  INTAKE_NO_CASE: {
    status: 422,
    sentence:
      'These images do not make a complete case: a DWI and an ADC map (or a b0 image) of one patient are required.',
    action: 'Add what is missing, or assign the image roles yourself.',
    retry: 'never',
    where: anywhere,
  },
  INTAKE_SEVERAL_SUBJECTS: {
    status: 422,
    sentence: 'These are images of several subjects or sessions.',
    action: 'Provide the images of one subject and session at a time.',
    retry: 'never',
    where: anywhere,
  },
  INTAKE_TOO_MANY_FILES: {
    status: 413,
    sentence: 'There are more files than Atoll reads at once.',
    action: 'Provide the folder of a single examination.',
    retry: 'never',
    where: anywhere,
  },
  INTAKE_TOO_LARGE: {
    status: 413,
    sentence: 'These files are larger than Atoll reads at once.',
    action: 'Provide only the diffusion series of one examination.',
    retry: 'never',
    where: anywhere,
  },
  INTAKE_CHOICE_INVALID: {
    status: 422,
    sentence: 'The selected images do not match what was found.',
    action: 'Select again from the listed images.',
    retry: 'never',
    where: anywhere,
  },
  INTAKE_B_VALUE_NEEDED: {
    status: 422,
    sentence: 'Computing the ADC requires the b-value of the DWI, and none of the files states it.',
    action: 'Enter the b-value (often 1000 s/mm²), or provide an ADC map.',
    retry: 'never',
    where: anywhere,
  },
  INTAKE_B_VALUE_IMPLAUSIBLE: {
    status: 422,
    sentence: 'This b-value is outside the usual range for acute stroke.',
    action: 'Enter it in s/mm², for example 1000.',
    retry: 'never',
    where: anywhere,
  },
  ZIP_INVALID: {
    status: 422,
    sentence: 'The file is damaged, encrypted or not a ZIP file.',
    action: 'Create the ZIP file again, without a password.',
    retry: 'never',
    where: anywhere,
  },
  ZIP_TOO_LARGE: {
    status: 413,
    sentence: 'The ZIP file contains more than Atoll will unpack.',
    action: 'Include only the diffusion series of one examination.',
    retry: 'never',
    where: anywhere,
  },
  DICOM_UNREADABLE: {
    status: 422,
    sentence: 'The DICOM files of a series could not be converted.',
    action: 'Export the series again, with all its images, or convert it with dcm2niix.',
    retry: 'never',
    where: anywhere,
  },
  DICOM_TOO_LARGE: {
    status: 413,
    sentence: 'The DICOM series is too large for Atoll to convert.',
    action: 'Provide only the diffusion series, or convert it with dcm2niix.',
    retry: 'never',
    where: anywhere,
  },
  DICOM_TIMED_OUT: {
    status: 422,
    sentence: 'Converting the DICOM series took too long and was stopped.',
    action: 'Provide only the diffusion series, or convert it with dcm2niix.',
    retry: 'never',
    where: anywhere,
  },
} as const satisfies Record<string, CatalogueRow>;

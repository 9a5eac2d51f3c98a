/** One row: the HTTP status it answers with, a default sentence, and what the user can do next. */
export type CatalogueRow = { readonly status: number; readonly sentence: string; readonly action: string };

const reexport = 'Export or convert the image again (for example with dcm2niix) and retry.';

/**
 * The catalogue of errors: every code that Atoll can answer with. Codes are part of the contract and are
 * never renamed.
 */
export const catalogue = {
  // images
  IMAGE_NOT_NIFTI: {
    status: 422,
    sentence: 'This is not a NIfTI image.',
    action: 'Give a NIfTI-1 or NIfTI-2 file (.nii or .nii.gz).',
  },
  IMAGE_NOT_METAIMAGE: {
    status: 422,
    sentence: 'This is not a MetaImage.',
    action: 'Give a MetaImage (.mha, or .mhd with its .raw or .zraw beside it).',
  },
  IMAGE_TRUNCATED: { status: 422, sentence: 'The image file ends too early.', action: reexport },
  IMAGE_CORRUPT: { status: 422, sentence: 'The image file is damaged.', action: reexport },
  IMAGE_TOO_LARGE: {
    status: 413,
    sentence: 'The image is larger than Atoll accepts.',
    action: 'Crop or resample the image, or raise the limit if you host this instance.',
  },
  IMAGE_BAD_DIMENSIONS: {
    status: 422,
    sentence: 'The dimensions of the image make no sense.',
    action: reexport,
  },
  IMAGE_BAD_AFFINE: {
    status: 422,
    sentence: 'The image does not say where in space it lies: its affine is not finite or not invertible.',
    action: reexport,
  },
  IMAGE_IMPLAUSIBLE_SPACING: {
    status: 422,
    sentence:
      'The voxels of the image are closer together, or farther apart, than those of any image of a person.',
    action: 'Check the voxel sizes and the unit of length in its header, then export or convert it again.',
  },
  IMAGE_IMPLAUSIBLE_SIZE: {
    status: 422,
    sentence: 'By its voxel sizes the image is far larger or far smaller than a head.',
    action: 'Check the voxel sizes and the unit of length in its header, then export or convert it again.',
  },
  IMAGE_UNSUPPORTED_TYPE: {
    status: 422,
    sentence: 'The voxel type of this image is not supported.',
    action: 'Convert it to an integer or floating-point type of one channel.',
  },
  IMAGE_NOT_3D: {
    status: 422,
    sentence: 'The image has several volumes, and none was chosen.',
    action: 'Give a 3D image, or choose one volume of it.',
  },
  IMAGE_GRIDS_DIFFER: {
    status: 422,
    sentence: 'Two images that must lie on the same grid do not.',
    action: 'Resample one of them onto the grid of the other.',
  },
  // masks that a reader made or changed
  MASK_NOT_BINARY: {
    status: 422,
    sentence: 'The mask is not binary: it holds more than background and one label.',
    action: 'Save the label of the infarct alone, without interpolation or smoothing.',
  },
  MASK_NOT_FINITE: {
    status: 422,
    sentence: 'The mask holds voxels that are not finite.',
    action: 'Save it as whole numbers, 0 outside and 1 inside.',
  },
  MASK_GRID_DIFFERS: {
    status: 422,
    sentence: 'The mask does not lie on the grid of the DWI.',
    action:
      'Draw it on the DWI of this result; the order of its axes does not matter, but resampled masks are not taken.',
  },
  REGION_NO_CONTRAST: {
    status: 422,
    sentence: 'This place does not stand out from the healthy tissue around it.',
    action: 'Click inside the lesion, or paint it with the brush.',
  },
  // studies
  STUDY_NO_OVERLAP: {
    status: 422,
    sentence: 'DWI and ADC do not overlap in space.',
    action: 'Check that both images are of the same patient and session.',
  },
  STUDY_EMPTY: {
    status: 422,
    sentence: 'The image holds no signal: every voxel is zero or not finite.',
    action: 'Check that the right file was chosen.',
  },
  STUDY_NO_BRAIN: {
    status: 422,
    sentence: 'No brain was found in the images.',
    action: 'Check that DWI and ADC are of the head and were not swapped.',
  },
  STUDY_ADC_IMPLAUSIBLE: {
    status: 422,
    sentence: 'The ADC image does not look like an apparent diffusion coefficient.',
    action: 'Check that DWI and ADC were not swapped and that ADC is a quantitative map.',
  },
  STUDY_NO_FLAIR: {
    status: 422,
    sentence: 'This way of the engine needs a FLAIR image, and the case has none.',
    action: 'Give a FLAIR image, or choose a preset that does without.',
  },
  STUDY_UNFIT: {
    status: 422,
    sentence: 'This engine cannot work on images like these.',
    action: 'Resample or crop the images, or use another engine.',
  },
  // images that a reader brings
  INTAKE_NOTHING_FOUND: {
    status: 422,
    sentence: 'None of these files is an image that Atoll reads.',
    action: 'Give NIfTI (.nii, .nii.gz), MetaImage (.mha, .mhd) or DICOM files, or a ZIP of them.',
  },
  INTAKE_NO_CASE: {
    status: 422,
    sentence: 'These images do not make a case: a DWI and an ADC (or a b0) of one patient are needed.',
    action: 'Add what is missing, or say which image is which.',
  },
  INTAKE_SEVERAL_SUBJECTS: {
    status: 422,
    sentence: 'These are images of several subjects or sessions.',
    action: 'Give the images of one subject and session at a time.',
  },
  INTAKE_TOO_MANY_FILES: {
    status: 413,
    sentence: 'These are more files than Atoll looks at in one go.',
    action: 'Give the folder of one examination only.',
  },
  INTAKE_TOO_LARGE: {
    status: 413,
    sentence: 'These files are larger than Atoll takes in one go.',
    action: 'Give the diffusion series of one examination only.',
  },
  INTAKE_CHOICE_INVALID: {
    status: 422,
    sentence: 'The choice of images does not fit what was found.',
    action: 'Choose again from the images that are listed.',
  },
  INTAKE_B_VALUE_NEEDED: {
    status: 422,
    sentence: 'To compute the ADC the b-value of the DWI is needed, and no file names it.',
    action: 'Say it (often 1000 s/mm²), or give an ADC map.',
  },
  INTAKE_B_VALUE_IMPLAUSIBLE: {
    status: 422,
    sentence: 'This b-value is not one that acute stroke is imaged with.',
    action: 'Give it in s/mm², such as 1000.',
  },
  ZIP_INVALID: {
    status: 422,
    sentence: 'The ZIP file is damaged, encrypted or no ZIP file.',
    action: 'Pack the files again, without a password.',
  },
  ZIP_TOO_LARGE: {
    status: 413,
    sentence: 'The ZIP file holds more than Atoll unpacks.',
    action: 'Pack the diffusion series of one examination only.',
  },
  DICOM_UNREADABLE: {
    status: 422,
    sentence: 'The DICOM files of a series could not be converted.',
    action: 'Export the series again, with all its images, or convert it with dcm2niix.',
  },
  DICOM_TOO_LARGE: {
    status: 413,
    sentence: 'The DICOM series is larger than Atoll converts.',
    action: 'Give the diffusion series only, or convert it with dcm2niix.',
  },
  DICOM_TIMED_OUT: {
    status: 422,
    sentence: 'Converting the DICOM series took longer than it may.',
    action: 'Give the diffusion series only, or convert it with dcm2niix.',
  },
  // DICOM segmentations and archives
  DICOM_FILE_UNREADABLE: {
    status: 422,
    sentence: 'A DICOM file cannot be read.',
    action: 'Export the series again, uncompressed if possible, and retry.',
  },
  DICOM_NONE_FOUND: {
    status: 422,
    sentence: 'None of these files is DICOM.',
    action: 'Give DICOM files, or folders or ZIPs that hold some.',
  },
  SEG_SOURCE_MISSING: {
    status: 422,
    sentence: 'Among these files is no DICOM image that says where in the patient it lies.',
    action: 'Give the DICOM files of the series that was segmented.',
  },
  SEG_SOURCE_AMBIGUOUS: {
    status: 422,
    sentence: 'DICOM series of several examinations lie on the grid of the mask.',
    action: 'Give the DICOM files of one examination only.',
  },
  SEG_GRID_DIFFERS: {
    status: 422,
    sentence: 'The mask does not lie on the slices of the DICOM series.',
    action:
      'Give the series that the mask was drawn on, as single slices or enhanced MR; a mosaic, or a mask that was resampled, cannot refer to its slices.',
  },
  DICOMWEB_ADDRESS_INVALID: {
    status: 422,
    sentence: 'This is not the address of a DICOMweb archive.',
    action:
      'Give the root of its DICOMweb service, such as https://pacs.example.org/dicom-web; credentials go into ATOLL_DICOMWEB_CREDENTIALS.',
  },
  DICOMWEB_UNREACHABLE: {
    status: 502,
    sentence: 'The DICOMweb archive cannot be reached.',
    action: 'Check the address and that the archive runs, then send again; what has arrived stays.',
  },
  DICOMWEB_UNAUTHORIZED: {
    status: 502,
    sentence: 'The DICOMweb archive does not let you in, or not write.',
    action: 'Set ATOLL_DICOMWEB_CREDENTIALS to user:password or to Bearer and a token.',
  },
  DICOMWEB_REFUSED: {
    status: 502,
    sentence: 'The DICOMweb archive did not take the files.',
    action: 'Check the address, and ask whoever runs the archive whether it stores DICOM Segmentations.',
  },
  // cases, engines, jobs
  CASE_UNKNOWN: {
    status: 400,
    sentence: 'There is no case of this name.',
    action: 'List the cases with GET /api/cases or `atoll cases`.',
  },
  CASE_AMBIGUOUS: {
    status: 500,
    sentence: 'Two cases have the same name.',
    action: 'Rename one of them where it is stored.',
  },
  SOURCE_UNREACHABLE: {
    status: 502,
    sentence: 'The place that this case comes from cannot be reached.',
    action: 'Check the network and try again. Cases that were opened before are kept and still work.',
  },
  SOURCE_REFUSED: {
    status: 502,
    sentence: 'The place that this case comes from does not hand it out.',
    action: 'If the data set is gated, accept its terms there and set ATOLL_HUB_TOKEN.',
  },
  SOURCE_INVALID: {
    status: 502,
    sentence: 'The place that this case comes from sent something other than what was expected.',
    action: 'Check that data set, revision and address are the right ones.',
  },
  ATLAS_MISSING: {
    status: 422,
    sentence: 'No atlas is installed here, so it cannot be said where lesions lie.',
    action: 'Fetch it once: atoll atlas fetch',
  },
  ATLAS_INVALID: {
    status: 500,
    sentence: 'The atlas cannot be used as it is stored.',
    action: 'Fetch it again: atoll atlas fetch',
  },
  CASE_INCOMPLETE: {
    status: 422,
    sentence: 'The files of this case cannot be used as they are stored.',
    action: 'Check the files of the case where they are stored, or segment its images one by one.',
  },
  CASE_NOT_FOUND: {
    status: 404,
    sentence: 'There is no case at this address.',
    action: 'Check the link; a deleted case is gone for good.',
  },
  CASE_EXPIRED: {
    status: 410,
    sentence: 'This case was kept for its time and is gone, with its results.',
    action: 'Bring the images again.',
  },
  CASE_NOT_REMOVABLE: {
    status: 403,
    sentence: 'Only cases that were brought can be removed.',
    action: 'Nothing needs to be done; whoever hosts this instance chooses the cases it lists.',
  },
  CASE_IMAGES_MISSING: {
    status: 422,
    sentence: 'A case needs a DWI and an ADC image.',
    action: 'Send both, as the fields dwi and adc.',
  },
  // bringing a case
  UPLOADS_OFF: {
    status: 403,
    sentence: 'This instance takes no cases of others.',
    action: 'Use the cases that it lists; whoever hosts it can set ATOLL_UPLOADS=on.',
  },
  UPLOAD_TYPE_UNSUPPORTED: {
    status: 415,
    sentence: 'A file is of a kind that is not taken here.',
    action: 'Send NIfTI (.nii or .nii.gz), MetaImage, or a ZIP of one examination’s images as `files`.',
  },
  UPLOAD_TOO_LARGE: {
    status: 413,
    sentence: 'The files are larger than this instance takes.',
    action:
      'Send the images of one examination only; whoever hosts this instance can raise ATOLL_UPLOAD_MAX_MB.',
  },
  UPLOAD_TOO_MANY_FILES: {
    status: 413,
    sentence: 'There are more files, or more fields, than this instance takes in one case.',
    action: 'Send the images of one examination only, or one ZIP of them.',
  },
  UPLOAD_UNKNOWN: {
    status: 404,
    sentence: 'There is no upload of this id.',
    action: 'Start the upload anew: one that was not finished within a day is removed.',
  },
  UPLOAD_CONFLICT: {
    status: 409,
    sentence: 'The upload is not where this part of it begins.',
    action: 'Ask with HEAD how far it is, and go on from there.',
  },
  UPLOAD_INCOMPLETE: {
    status: 409,
    sentence: 'The upload is not complete yet.',
    action: 'Send the rest of it first.',
  },
  UPLOADS_BUSY: {
    status: 503,
    sentence: 'As many cases are being brought at the moment as this instance takes at once.',
    action: 'Wait a little and try again.',
  },
  TOO_MANY_UPLOADS: {
    status: 429,
    sentence: 'As many of your uploads are under way, or wait to be made cases of, as one client may have.',
    action: 'Finish or remove some of them first, or wait until those that came to a halt are cleared away.',
  },
  ENGINE_UNKNOWN: {
    status: 400,
    sentence: 'There is no engine of this name.',
    action: 'List the engines with GET /api/engines or `atoll doctor`.',
  },
  PRESET_UNKNOWN: {
    status: 422,
    sentence: 'The engine has no preset of this name.',
    action: 'List the presets with GET /api/engines or `atoll doctor`.',
  },
  OPTION_UNKNOWN: {
    status: 422,
    sentence: 'The engine has no option of this name.',
    action: 'List the options with GET /api/engines or `atoll doctor`.',
  },
  ENGINE_UNAVAILABLE: {
    status: 409,
    sentence: 'This engine cannot run here.',
    action: 'See GET /api/engines or `atoll doctor` for the reason and the cure.',
  },
  ENGINE_FAILED: {
    status: 500,
    sentence: 'The engine stopped with an error.',
    action: 'Try again; if it fails again, report it with the code and the version.',
  },
  ENGINE_OUT_OF_MEMORY: {
    status: 409,
    sentence: 'The engine ran out of memory.',
    action: 'Try again when less runs on this machine, or run the models one after the other.',
  },
  ENGINE_TIMED_OUT: {
    status: 409,
    sentence: 'The engine took many times longer than images of this size need, and was stopped.',
    action: 'Try again when less runs on this machine; if it happens again, report it with the version.',
  },
  JOB_UNKNOWN: {
    status: 404,
    sentence: 'Job not found: there is no job of this id.',
    action: 'Check the link; a deleted job is gone for good.',
  },
  JOB_NOT_CANCELLABLE: {
    status: 409,
    sentence: 'This job has already ended.',
    action: 'Nothing needs to be done.',
  },
  JOB_NOT_ENDED: {
    status: 409,
    sentence: 'This job has not ended yet.',
    action: 'Cancel it or wait for its end, then delete it.',
  },
  JOB_CANCELLED: {
    status: 409,
    sentence: 'The job was cancelled.',
    action: 'Run it again if you want the result.',
  },
  JOB_TIMED_OUT: {
    status: 500,
    sentence: 'The job took longer than it is allowed to.',
    action: 'Try again, or raise ATOLL_JOB_TIMEOUT_SECONDS if you host this instance.',
  },
  JOB_LOST: {
    status: 500,
    sentence: 'The job was interrupted several times and given up.',
    action: 'Run it again; if it fails again, see the log of the server.',
  },
  JOB_EXPIRED: {
    status: 410,
    sentence: 'This job and its result were kept for their time and are gone.',
    action: 'Run the case again.',
  },
  JOB_NOT_COMPLETED: {
    status: 409,
    sentence: 'This job has no result that could be reviewed.',
    action: 'Wait until it is completed; a job that failed or was cancelled has none.',
  },
  REVISION_UNKNOWN: {
    status: 404,
    sentence: 'This result has no revision of this number.',
    action: 'List them with GET /api/jobs/{jobId}/revisions.',
  },
  REVISION_CONFLICT: {
    status: 409,
    sentence: 'Somebody else has saved a revision of this result in the meantime.',
    action:
      'Look at the newest revision. To save yours after it all the same, send it again and name that one as the parent.',
  },
  REVISION_UNFIT: {
    status: 422,
    sentence: 'The verdict does not fit the mask.',
    action: 'A corrected mask differs from that of its parent; one that is accepted or rejected does not.',
  },
  TOO_MANY_REVISIONS: {
    status: 409,
    sentence: 'This result has as many revisions as one can have.',
    action: 'Run the case again, or remove the result.',
  },
  JOB_NOT_RETRYABLE: {
    status: 409,
    sentence: 'Only a job that failed or was cancelled can be run again as it was.',
    action: 'Submit the case anew, with force to run it although there is a result.',
  },
  TOO_MANY_JOBS: {
    status: 429,
    sentence: 'As many of your jobs wait as one client may have waiting.',
    action: 'Wait until some of them have run.',
  },
  SUBMISSION_KEY_USED: {
    status: 422,
    sentence: 'This submission key was used for another request before.',
    action: 'Make a new random key for each new request.',
  },
  DISK_FULL: {
    status: 503,
    sentence: 'There is hardly any room left for results, so no new jobs are taken.',
    action: 'Try again later; whoever hosts this instance can make room, or lower ATOLL_RESULT_TTL.',
  },
  RATE_LIMITED: {
    status: 429,
    sentence: 'Too many requests in a short time.',
    action: 'Wait for the time that Retry-After names, and ask less often.',
  },
  QUEUE_FULL: {
    status: 503,
    sentence: 'The queue is full.',
    action: 'Wait a little and try again.',
  },
  STREAMS_FULL: {
    status: 503,
    sentence: 'As many clients listen to jobs as this instance serves at once.',
    action: 'Ask for the job with GET /api/jobs/{jobId} every few seconds instead.',
  },
  SERVICE_BUSY: {
    status: 503,
    sentence: 'As many requests are under way as this instance takes at once.',
    action: 'Wait for the time that Retry-After names, and try again.',
  },
  QUEUE_UNREACHABLE: {
    status: 503,
    sentence: 'The queue of jobs does not answer.',
    action: 'Try again in a minute; if you host this instance, see its log.',
  },
  RESULT_GONE: {
    status: 410,
    sentence: 'The result of this job is no longer kept.',
    action: 'Run the case again.',
  },
  RESULT_DAMAGED: {
    status: 410,
    sentence: 'The report of this job is damaged where it is stored.',
    action: 'Run the case again, with force; its other files may still be whole.',
  },
  FILE_UNKNOWN: {
    status: 404,
    sentence: 'File not found: there is no file of this name.',
    action: 'Use the links that the job names.',
  },
  // requests
  REQUEST_INVALID: {
    status: 422,
    sentence: 'The request does not have the expected form.',
    action: 'See /docs for what this route takes.',
  },
  REQUEST_NOT_JSON: {
    status: 422,
    sentence: 'The body of the request is not JSON.',
    action: 'Send a JSON object; see /docs for what this route takes.',
  },
  REQUEST_MALFORMED: {
    status: 400,
    sentence: 'The request cannot be understood.',
    action: 'Check the address and the headers of the request.',
  },
  REQUEST_TIMED_OUT: {
    status: 408,
    sentence: 'The request did not arrive in time.',
    action: 'Send it again.',
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    sentence: 'The headers of the request are too large.',
    action: 'Send fewer or shorter headers, such as cookies.',
  },
  EXPECTATION_FAILED: {
    status: 417,
    sentence: 'The request expects something that this service does not do.',
    action: 'Send it without the Expect header, or with 100-continue.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    sentence: 'This address does not take requests of this method.',
    action: 'See the Allow header of this answer, or /docs.',
  },
  CONTENT_TYPE_UNSUPPORTED: {
    status: 415,
    sentence: 'The body of the request has a type that this address does not take.',
    action: 'Send JSON, with the header Content-Type: application/json.',
  },
  RANGE_UNSATISFIABLE: {
    status: 416,
    sentence: 'The file does not have the bytes that were asked for.',
    action: 'See the Content-Range header of this answer for the size of the file.',
  },
  HOST_REFUSED: {
    status: 400,
    sentence: 'The request names a host that this instance does not serve.',
    action: 'Use localhost, or set ATOLL_PUBLIC_URL if you host this instance under a name.',
  },
  REQUEST_TOO_LARGE: {
    status: 413,
    sentence: 'The request is too large.',
    action: 'Send less in one request.',
  },
  ROUTE_UNKNOWN: {
    status: 404,
    sentence: 'There is nothing at this address.',
    action: 'See /docs for the routes.',
  },
  ORIGIN_REFUSED: {
    status: 403,
    sentence: 'Requests from this page are not allowed.',
    action: 'If you host this instance, add the page’s exact origin to ATOLL_ORIGINS.',
  },
  // settings and the machine
  SETTINGS_INVALID: {
    status: 500,
    sentence: 'A setting is wrong.',
    action: 'Correct it; .env.example lists all settings.',
  },
  DATA_DIR_LOCKED: {
    status: 500,
    sentence: 'Another Atoll process uses this data folder.',
    action:
      'Stop the other one, choose another folder with ATOLL_DATA_DIR, or let both share a PostgreSQL server with ATOLL_DATABASE_URL.',
  },
  DATA_DIR_OTHER_VERSION: {
    status: 500,
    sentence: 'The data folder was written by another version of the embedded database.',
    action: 'Start Atoll with the version that wrote it, or choose a new folder with ATOLL_DATA_DIR.',
  },
  DATA_DIR_UNUSABLE: {
    status: 500,
    sentence: 'The data folder cannot be used.',
    action: 'Check that it exists, is yours and is writable, or choose another with ATOLL_DATA_DIR.',
  },
  DATABASE_DAMAGED: {
    status: 500,
    sentence: 'The embedded database cannot be opened: its files are damaged.',
    action:
      'Restore a backup of the data folder, or move its folder db away to begin a new database; results are kept, and nothing of them is removed meanwhile.',
  },
  DATABASE_UNREACHABLE: {
    status: 503,
    sentence: 'The database cannot be used.',
    action: 'Check ATOLL_DATABASE_URL and that PostgreSQL 15 or later runs there.',
  },
  PORT_IN_USE: {
    status: 500,
    sentence: 'The port is already in use.',
    action: 'Stop what uses it, or choose another with --port.',
  },
  SERVER_UNREACHABLE: {
    status: 502,
    sentence: 'The server does not answer.',
    action: 'Check its address, and whether it runs; a sleeping one takes a minute to wake up.',
  },
  FILE_UNREADABLE: {
    status: 400,
    sentence: 'A file cannot be read.',
    action: 'Check that the path is right and that you may read it.',
  },
  ARCHIVE_INVALID: {
    status: 422,
    sentence: 'The folder does not hold an export of Atoll.',
    action: 'Give the folder that `atoll export` wrote.',
  },
  FILE_UNWRITABLE: {
    status: 500,
    sentence: 'A file cannot be written.',
    action: 'Check that the folder exists, is writable and has room.',
  },
  INTERNAL: {
    status: 500,
    sentence: 'Something went wrong inside Atoll.',
    action: 'Try again; if it happens again, report it with the time and the code.',
  },
} as const satisfies Record<string, CatalogueRow>;

export type ErrorCode = keyof typeof catalogue;

/** Is this string one of the catalogue's codes? */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(catalogue, code);
}

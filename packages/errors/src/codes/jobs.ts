import { anywhere, type CatalogueRow } from '../row.ts';

/** Jobs and their results. */
export const jobsCodes = {
  JOB_UNKNOWN: {
    status: 404,
    sentence: 'Job not found: there is no job with this id.',
    action: 'Check the link; a deleted job cannot be recovered.',
    retry: 'never',
    where: ['answer'],
  },
  JOB_NOT_CANCELLABLE: {
    status: 409,
    sentence: 'This job has already finished.',
    action: 'No action is needed.',
    retry: 'never',
    where: ['answer'],
  },
  JOB_NOT_ENDED: {
    status: 409,
    sentence: 'This job has not finished yet.',
    action: 'Cancel it or wait until it finishes, then delete it.',
    retry: 'never',
    where: ['answer'],
  },
  JOB_CANCELLED: {
    status: 409,
    sentence: 'The job was cancelled.',
    action: 'Run it again if you need the result.',
    retry: 'never',
    where: anywhere,
  },
  JOB_TIMED_OUT: {
    status: 500,
    sentence: 'The job exceeded its time limit.',
    action: 'Try again, or raise ATOLL_JOB_TIMEOUT_SECONDS if you host this instance.',
    retry: 'never',
    where: ['job'],
  },
  JOB_LOST: {
    status: 500,
    sentence: 'The job was interrupted several times and abandoned.',
    action: 'Run it again; if it fails again, check the server log.',
    retry: 'never',
    where: ['job'],
  },
  JOB_EXPIRED: {
    status: 410,
    sentence: 'This job and its result have expired.',
    action: 'Run the case again.',
    retry: 'never',
    where: ['answer'],
  },
  JOB_NOT_RETRYABLE: {
    status: 409,
    sentence: 'Only a failed or cancelled job can be retried.',
    action: 'Submit the case again, with force to rerun it despite an existing result.',
    retry: 'never',
    where: ['answer'],
  },
  SUBMISSION_KEY_USED: {
    status: 422,
    sentence: 'This submission key was already used for a different request.',
    action: 'Generate a new random key for each request.',
    retry: 'never',
    where: ['answer'],
  },
  RESULT_GONE: {
    status: 410,
    sentence: 'The result of this job is no longer available.',
    action: 'Run the case again.',
    retry: 'never',
    where: ['answer'],
  },
  RESULT_DAMAGED: {
    status: 410,
    sentence: 'The stored report of this job is damaged.',
    action: 'Run the case again, with force; its other files may still be intact.',
    retry: 'never',
    where: ['answer'],
  },
  FILE_UNKNOWN: {
    status: 404,
    sentence: 'File not found: there is no file with this name.',
    action: 'Use the links given in the job.',
    retry: 'never',
    where: ['answer'],
  },
} as const satisfies Record<string, CatalogueRow>;

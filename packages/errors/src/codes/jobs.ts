import { anywhere, type CatalogueRow } from '../row.ts';

/** Jobs and their results. */
export const jobsCodes = {
  JOB_UNKNOWN: {
    status: 404,
    sentence: 'Job not found: there is no job of this id.',
    action: 'Check the link; a deleted job is gone for good.',
    retry: 'never',
    where: ['answer'],
  },
  JOB_NOT_CANCELLABLE: {
    status: 409,
    sentence: 'This job has already ended.',
    action: 'Nothing needs to be done.',
    retry: 'never',
    where: ['answer'],
  },
  JOB_NOT_ENDED: {
    status: 409,
    sentence: 'This job has not ended yet.',
    action: 'Cancel it or wait for its end, then delete it.',
    retry: 'never',
    where: ['answer'],
  },
  JOB_CANCELLED: {
    status: 409,
    sentence: 'The job was cancelled.',
    action: 'Run it again if you want the result.',
    retry: 'never',
    where: anywhere,
  },
  JOB_TIMED_OUT: {
    status: 500,
    sentence: 'The job took longer than it is allowed to.',
    action: 'Try again, or raise ATOLL_JOB_TIMEOUT_SECONDS if you host this instance.',
    retry: 'never',
    where: ['job'],
  },
  JOB_LOST: {
    status: 500,
    sentence: 'The job was interrupted several times and given up.',
    action: 'Run it again; if it fails again, see the log of the server.',
    retry: 'never',
    where: ['job'],
  },
  JOB_EXPIRED: {
    status: 410,
    sentence: 'This job and its result were kept for their time and are gone.',
    action: 'Run the case again.',
    retry: 'never',
    where: ['answer'],
  },
  JOB_NOT_RETRYABLE: {
    status: 409,
    sentence: 'Only a job that failed or was cancelled can be run again as it was.',
    action: 'Submit the case anew, with force to run it although there is a result.',
    retry: 'never',
    where: ['answer'],
  },
  SUBMISSION_KEY_USED: {
    status: 422,
    sentence: 'This submission key was used for another request before.',
    action: 'Make a new random key for each new request.',
    retry: 'never',
    where: ['answer'],
  },
  RESULT_GONE: {
    status: 410,
    sentence: 'The result of this job is no longer kept.',
    action: 'Run the case again.',
    retry: 'never',
    where: ['answer'],
  },
  RESULT_DAMAGED: {
    status: 410,
    sentence: 'The report of this job is damaged where it is stored.',
    action: 'Run the case again, with force; its other files may still be whole.',
    retry: 'never',
    where: ['answer'],
  },
  FILE_UNKNOWN: {
    status: 404,
    sentence: 'File not found: there is no file of this name.',
    action: 'Use the links that the job names.',
    retry: 'never',
    where: ['answer'],
  },
} as const satisfies Record<string, CatalogueRow>;

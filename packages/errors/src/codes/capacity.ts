import type { CatalogueRow } from '../row.ts';

/** Nothing is wrong: this instance has as much to do, or to keep, as it can. */
export const capacityCodes = {
  TOO_MANY_UPLOADS: {
    status: 429,
    sentence: 'You have reached the limit of unfinished uploads per client.',
    action: 'Finish or delete some of them first, or wait until stalled uploads are removed.',
    retry: 'soon',
    where: ['answer'],
  },
  UPLOADS_BUSY: {
    status: 503,
    sentence: 'This instance is already receiving as many uploads as it can handle at once.',
    action: 'Wait a moment and try again.',
    retry: 'soon',
    where: ['answer'],
  },
  TOO_MANY_JOBS: {
    status: 429,
    sentence: 'You have reached the limit of waiting jobs per client.',
    action: 'Wait until some of them have finished.',
    retry: 'soon',
    where: ['answer'],
  },
  QUEUE_FULL: {
    status: 503,
    sentence: 'The queue is full.',
    action: 'Wait a moment and try again.',
    retry: 'soon',
    where: ['answer'],
  },
  STREAMS_FULL: {
    status: 503,
    sentence: 'This instance is serving as many event streams as it can at once.',
    action: 'Poll GET /api/jobs/{jobId} every few seconds instead.',
    retry: 'soon',
    where: ['answer'],
  },
  SERVICE_BUSY: {
    status: 503,
    sentence: 'This instance is handling as many requests as it can at once.',
    action: 'Wait for the time given in Retry-After, and try again.',
    retry: 'soon',
    where: ['answer'],
  },
  RATE_LIMITED: {
    status: 429,
    sentence: 'Too many requests in a short time.',
    action: 'Wait for the time given in Retry-After, and send requests less often.',
    retry: 'soon',
    where: ['answer'],
  },
  DISK_FULL: {
    status: 503,
    sentence: 'Disk space for results is almost exhausted, so no new jobs are accepted.',
    action: 'Try again later; the administrator can free disk space or lower ATOLL_RESULT_TTL.',
    retry: 'soon',
    where: ['answer', 'job', 'terminal'],
  },
} as const satisfies Record<string, CatalogueRow>;

import type { CatalogueRow } from '../row.ts';

/** Nothing is wrong: this instance has as much to do, or to keep, as it can. */
export const capacityCodes = {
  TOO_MANY_UPLOADS: {
    status: 429,
    sentence: 'As many of your uploads are under way, or wait to be made cases of, as one client may have.',
    action: 'Finish or remove some of them first, or wait until those that came to a halt are cleared away.',
    retry: 'soon',
    where: ['answer'],
  },
  UPLOADS_BUSY: {
    status: 503,
    sentence: 'As many cases are being brought at the moment as this instance takes at once.',
    action: 'Wait a little and try again.',
    retry: 'soon',
    where: ['answer'],
  },
  TOO_MANY_JOBS: {
    status: 429,
    sentence: 'As many of your jobs wait as one client may have waiting.',
    action: 'Wait until some of them have run.',
    retry: 'soon',
    where: ['answer'],
  },
  QUEUE_FULL: {
    status: 503,
    sentence: 'The queue is full.',
    action: 'Wait a little and try again.',
    retry: 'soon',
    where: ['answer'],
  },
  STREAMS_FULL: {
    status: 503,
    sentence: 'As many clients listen to jobs as this instance serves at once.',
    action: 'Ask for the job with GET /api/jobs/{jobId} every few seconds instead.',
    retry: 'soon',
    where: ['answer'],
  },
  SERVICE_BUSY: {
    status: 503,
    sentence: 'As many requests are under way as this instance takes at once.',
    action: 'Wait for the time that Retry-After names, and try again.',
    retry: 'soon',
    where: ['answer'],
  },
  RATE_LIMITED: {
    status: 429,
    sentence: 'Too many requests in a short time.',
    action: 'Wait for the time that Retry-After names, and ask less often.',
    retry: 'soon',
    where: ['answer'],
  },
  DISK_FULL: {
    status: 503,
    sentence: 'There is hardly any room left for results, so no new jobs are taken.',
    action: 'Try again later; whoever hosts this instance can make room, or lower ATOLL_RESULT_TTL.',
    retry: 'soon',
    where: ['answer', 'job', 'terminal'],
  },
} as const satisfies Record<string, CatalogueRow>;

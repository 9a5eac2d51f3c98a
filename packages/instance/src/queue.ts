import type { CaseRegistry } from '@atoll/cases/registry';
import type { UploadedCases } from '@atoll/cases/uploads/uploaded-cases';
import type { LocationWish } from '@atoll/engines/location';
import type { Engines } from '@atoll/engines/registry';
import { resultKind } from '@atoll/jobs/job';
import type { Jobs } from '@atoll/jobs/jobs';
import { openJobs } from '@atoll/jobs/open-jobs';
import { segmentJob } from '@atoll/jobs/segment-job';
import { openBucket } from './bucket.ts';
import type { Settings } from './settings.ts';

/** Where the queue writes its lines: what becomes of each attempt at a job, and what went wrong. */
export type QueueLog = {
  info(context: object, text: string): void;
  warn(context: object, text: string): void;
  error(context: object, text: string): void;
};

/** What jobs are made of. */
export type QueueParts = {
  readonly settings: Settings;
  readonly cases: CaseRegistry;
  readonly uploads: UploadedCases;
  readonly engines: Engines;
  placing(): Promise<LocationWish>;
};

/**
 * The queue that a server and a worker of these settings share.
 * @param log null while there is none yet.
 * @throws as openJobs() does.
 */
export async function openQueue(parts: QueueParts, log: () => QueueLog | null): Promise<Jobs> {
  const { settings, cases, uploads, engines } = parts;
  const { bucket } = settings;
  if (settings.jobConcurrency > 0) recoverEngines(engines, log);
  return openJobs({
    ...(bucket === null ? {} : { results: await openBucket(bucket, resultKind) }),
    dataDir: settings.dataDir,
    databaseUrl: settings.databaseUrl,
    handler: segmentJob(
      cases,
      (id) => engines.find(id),
      () => parts.placing(),
    ),
    concurrency: settings.jobConcurrency,
    timeoutSeconds: settings.jobTimeoutSeconds,
    engineTimeouts: settings.engineTimeouts,
    maxPending: settings.maxPendingJobs,
    maxPendingPerClient: settings.maxPendingJobsPerClient,
    minFreeBytes: settings.minFreeDiskMegabytes * 2 ** 20,
    resultTtlSeconds: settings.resultTtlSeconds,
    uploads: { cases: uploads, ttlSeconds: settings.uploadTtlSeconds },
    onAttempt: ({ what, ...attempt }) => log()?.info(attempt, `attempt ${what}`),
    // The first look is taken before there is a log.
    onWarning: (sentence) => {
      const opened = log();
      if (opened === null) process.stderr.write(`${sentence}\n`);
      else opened.warn({}, sentence);
    },
    onError: (err) => log()?.error({ err }, 'an error in the job queue'),
  });
}

/** What an earlier process left running is stopped; jobs need not wait for it, for each looks after its own GPU. */
function recoverEngines(engines: Engines, log: () => QueueLog | null): void {
  for (const engine of engines.list()) {
    engine.recover?.().catch((err: unknown) => log()?.error({ err }, 'leftovers could not be removed'));
  }
}

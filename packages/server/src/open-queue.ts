import type { Engines } from '@atoll/engines/registry';
import { resultKind } from '@atoll/jobs/job';
import { type Jobs, openJobs } from '@atoll/jobs/jobs';
import { segmentJob } from '@atoll/jobs/segment-job';
import type { S3Options } from '@atoll/store/bucket-store';
import type { Store, StoreKind } from '@atoll/store/store';
import type { openCaseSources } from './case-sources.ts';
import { openUploadedCases } from './open-uploads.ts';
import type { Settings } from './settings.ts';
import { locationWishOf } from './settled-atlas.ts';

/** Where the queue writes its lines: what becomes of each attempt at a job, and what went wrong. */
export type QueueLog = {
  info(context: object, text: string): void;
  warn(context: object, text: string): void;
  error(context: object, text: string): void;
};

/**
 * The queue that a server and a worker of these settings share.
 * @param log null while there is none yet.
 * @throws as openJobs() does.
 */
export async function openQueue(
  settings: Settings,
  cases: ReturnType<typeof openCaseSources>,
  engines: Engines,
  log: () => QueueLog | null,
): Promise<Jobs> {
  const { bucket } = settings;
  if (settings.jobConcurrency > 0) recoverEngines(engines, log);
  return openJobs({
    ...(bucket === null ? {} : { results: await openBucket(bucket, resultKind) }),
    dataDir: settings.dataDir,
    databaseUrl: settings.databaseUrl,
    handler: segmentJob(
      cases,
      (id) => engines.find(id),
      () => locationWishOf(settings),
    ),
    concurrency: settings.jobConcurrency,
    timeoutSeconds: settings.jobTimeoutSeconds,
    engineTimeouts: settings.engineTimeouts,
    maxPending: settings.maxPendingJobs,
    maxPendingPerClient: settings.maxPendingJobsPerClient,
    minFreeBytes: settings.minFreeDiskMegabytes * 2 ** 20,
    resultTtlSeconds: settings.resultTtlSeconds,
    uploads: { cases: openUploadedCases(settings), ttlSeconds: settings.uploadTtlSeconds },
    onAttempt: ({ what, ...attempt }) => log()?.info(attempt, `attempt ${what}`),
    // The first look is taken before there is a log.
    onWarning: (sentence) => {
      const opened = log();
      if (opened === null) process.stderr.write(`${sentence}\n`);
      else opened.warn({}, sentence);
    },
    onError: (err) => log()?.error({ err }, 'a fault in the queue of jobs'),
  });
}

/** What an earlier process left running is stopped; jobs need not wait for it, for each looks after its own GPU. */
function recoverEngines(engines: Engines, log: () => QueueLog | null): void {
  for (const engine of engines.list()) {
    engine.recover?.().catch((err: unknown) => log()?.error({ err }, 'leftovers could not be removed'));
  }
}

/** Loaded only where it is used. */
export async function openBucket(options: S3Options, kind: StoreKind): Promise<Store> {
  const { BucketStore } = await import('@atoll/store/bucket-store');
  return new BucketStore(options, kind);
}

/** Whether the queue's database answers; changes nothing. @throws AtollError DATABASE_UNREACHABLE */
export async function checkDatabase(url: string): Promise<void> {
  const { checkServerDatabase } = await import('@atoll/jobs/server-database');
  await checkServerDatabase(url);
}

/** Whether the bucket of results answers; changes nothing. @throws as the store does. */
export async function checkBucket(options: S3Options): Promise<void> {
  const store = await openBucket(options, resultKind);
  await store.has('0'.repeat(32));
}

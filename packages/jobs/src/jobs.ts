import { randomBytes } from 'node:crypto';
import { AtollError } from '@atoll/errors/error';
import { sql } from 'drizzle-orm';
import { fromDrizzle } from 'pg-boss';
import { prepareDataFolder } from './data-folder.ts';
import { type Database, openDatabase } from './database.ts';
import { FileResultStore } from './file-result-store.ts';
import type { Job, JobRequest } from './job.ts';
import { JobTable } from './job-table.ts';
import { type FolderLock, lockFolder } from './lock.ts';
import { Queue } from './queue.ts';
import type { ResultStore } from './result-store.ts';
import { type JobHandler, Worker } from './worker.ts';

export type JobsOptions = {
  /** Holds everything that lasts: database and results. One process at a time. */
  readonly dataDir: string;
  readonly handler: JobHandler;
  /** Jobs that run at once. */
  readonly concurrency: number;
  /** Longest run of one attempt. */
  readonly timeoutSeconds: number;
  /** Jobs that may wait; beyond it QUEUE_FULL. */
  readonly maxPending: number;
  /** Wait before a broken attempt is tried again, doubling each time; 2 unless given. */
  readonly retryDelaySeconds?: number;
  /** Told of what went wrong inside, for the log. */
  readonly onError?: (error: unknown) => void;
};

/** The durable queue with its results: what is acknowledged here survives a crash of the process. */
export interface Jobs {
  readonly results: ResultStore;
  /** @throws AtollError QUEUE_FULL */
  submit(request: JobRequest): Promise<Job>;
  get(jobId: string): Promise<Job | null>;
  /** Stops the job's work at once. @throws AtollError JOB_UNKNOWN, JOB_NOT_CANCELLABLE */
  cancel(jobId: string): Promise<Job>;
  /** Removes an ended job and its files. @throws AtollError JOB_UNKNOWN, JOB_NOT_ENDED */
  purge(jobId: string): Promise<void>;
  counts(): Promise<{ pending: number; running: number }>;
  /** Running jobs go back to the queue and finish after the next start. */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
}

/** @throws AtollError DATA_DIR_LOCKED, DATA_DIR_UNUSABLE, DATA_DIR_OTHER_VERSION */
export async function openJobs(options: JobsOptions): Promise<Jobs> {
  const folder = prepareDataFolder(options.dataDir);
  const lock = await lockFolder(folder.root);
  try {
    const results = new FileResultStore(folder.results);
    await results.sweep();
    return await start(options, await openDatabase(folder.database), results, lock);
  } catch (thrown) {
    await lock.release();
    throw thrown;
  }
}

async function start(
  options: JobsOptions,
  database: Database,
  results: ResultStore,
  lock: FolderLock,
): Promise<Jobs> {
  const onError = options.onError ?? (() => undefined);
  const { timeoutSeconds, handler, retryDelaySeconds = 2 } = options;
  const table = new JobTable(database.sql);
  const queue = new Queue(database.queuePort, { timeoutSeconds, retryDelaySeconds, onError });
  const worker = new Worker({ table, queue, results, handler, timeoutSeconds, onError });
  const bury = async (jobId: string) => {
    await table.fail(jobId, null, {
      code: 'JOB_LOST',
      message: 'The job was interrupted too often and given up.',
    });
  };

  await queue.start();
  for (const jobId of await queue.recoverOrphans()) await bury(jobId);
  await queue.workLost(bury);
  await queue.work(options.concurrency, (attempt) => worker.run(attempt));

  const known = async (jobId: string) => {
    const job = await table.get(jobId);
    if (job === null) throw new AtollError('JOB_UNKNOWN');
    return job;
  };

  let stopped: Promise<void> | null = null;
  return {
    results,
    get: (jobId) => table.get(jobId),
    counts: () => table.counts(),

    async submit(request) {
      if ((await table.counts()).pending >= options.maxPending) throw new AtollError('QUEUE_FULL');
      const jobId = randomBytes(16).toString('hex');
      // Row and queue entry in one transaction: a job that is acknowledged is also queued.
      return database.sql.transaction(async (transaction) => {
        const job = await new JobTable(transaction).insert(jobId, request);
        await queue.send(jobId, fromDrizzle(transaction, sql));
        return job;
      });
    },

    async cancel(jobId) {
      const cancelled = await table.cancel(jobId);
      worker.cancel(jobId);
      if (cancelled !== null) {
        await queue.remove(jobId);
        return cancelled;
      }
      const job = await known(jobId);
      if (job.status !== 'cancelled') throw new AtollError('JOB_NOT_CANCELLABLE');
      return job;
    },

    async purge(jobId) {
      const job = await known(jobId);
      if (job.status === 'pending' || job.status === 'running') throw new AtollError('JOB_NOT_ENDED');
      await table.delete(jobId);
      await results.delete(jobId);
    },

    stop({ graceMs = 10_000 } = {}) {
      stopped ??= (async () => {
        worker.interruptAll();
        await queue.stop(graceMs);
        await database.close();
        await lock.release();
      })();
      return stopped;
    },
  };
}

import { AtollError } from '@atoll/errors/error';
import { lockFolder } from '@atoll/locks/folder-lock';
import { FolderStore } from '@atoll/store/folder-store';
import type { Store } from '@atoll/store/store';
import { Belonging } from './belonging.ts';
import { CaseKeeping, type KeptCases } from './case-keeping.ts';
import { type DataFolder, prepareDataFolder } from './data-folder.ts';
import type { Database } from './database.ts';
import { DrizzleQueryError } from './drizzle.ts';
import { openEmbeddedDatabase } from './embedded-database.ts';
import { Expiry } from './expiry.ts';
import { hasEnded, type Job, type JobRequest, resultKind } from './job.ts';
import { type JobChange, JobFeed } from './job-feed.ts';
import { JobMemory } from './job-memory.ts';
import type { JobRecord } from './job-record.ts';
import { JobShelf } from './job-shelf.ts';
import { JobTable } from './job-table.ts';
import { longestTimeoutSeconds, Queue } from './queue.ts';
import { SameMemory } from './same-memory.ts';
import {
  admission,
  PendingGauge,
  RoomGauge,
  type SubmitLimits,
  type SubmitOptions,
  submit,
} from './submission.ts';
import { SubmissionBatch, type SubmissionBatchParts } from './submission-batch.ts';
import { SubmissionJournal } from './submission-journal.ts';
import type { Wait } from './wait-estimate.ts';
import { WaitingLine } from './waiting-line.ts';
import { type AttemptEvent, type JobHandler, Worker } from './worker.ts';
import { Workforce } from './workforce.ts';

export type JobsOptions = SubmitLimits & {
  /** Holds everything that lasts: database and results. One process at a time, if the database is in it. */
  readonly dataDir: string;
  /** Of a PostgreSQL server that any number of processes share; the embedded one unless given. */
  readonly databaseUrl?: string | null;
  readonly handler: JobHandler;
  /** Jobs that run at once in this process; 0 leaves them to others. */
  readonly concurrency: number;
  /** Longest run of one attempt; a day is the most that there is. */
  readonly timeoutSeconds: number;
  /** The same for single engines, by their ids. */
  readonly engineTimeouts?: ReadonlyMap<string, number>;
  /** How long an ended job is kept; for ever unless given. */
  readonly resultTtlSeconds?: number | null;
  /** Where results go; a folder in the data folder unless given. */
  readonly results?: Store;
  /** Cases that were brought, and how long after their last use they are kept (null for ever). */
  readonly uploads?: { readonly cases: KeptCases; readonly ttlSeconds: number | null };
  /** Wait before a broken attempt is tried again, doubling each time; 2 unless given. */
  readonly retryDelaySeconds?: number;
  /** How long a job waits whose process ended twice in the middle of it; ten minutes unless given. */
  readonly restSeconds?: number;
  /** Told of each attempt's start and end, for the log. */
  readonly onAttempt?: (event: AttemptEvent) => void;
  /** Told, in a sentence, of what is not as it should be and was left or put aside. */
  readonly onWarning?: (sentence: string) => void;
  /** Told of what went wrong inside, for the log. */
  readonly onError?: (error: unknown) => void;
};

/** The durable queue with its results: what is acknowledged here survives a crash of the process. */
export interface Jobs {
  readonly results: Store;
  /** @throws AtollError QUEUE_FULL, TOO_MANY_JOBS, DISK_FULL, SUBMISSION_KEY_USED */
  submit(request: JobRequest, options?: SubmitOptions): Promise<Job>;
  /** null when there never was such a job. @throws AtollError JOB_EXPIRED */
  get(jobId: string): Promise<Job | null>;
  /** When an ended job goes for good; null before its end, and where jobs are kept for ever. */
  expiresAt(job: Job): Date | null;
  /** Where a pending job stands; null for any other. */
  wait(jobId: string): Promise<Wait | null>;
  /** Asks for the same again; for jobs that failed or were cancelled. @throws AtollError JOB_UNKNOWN, JOB_NOT_RETRYABLE */
  retry(jobId: string, options?: SubmitOptions): Promise<Job>;
  /** Stops the job's work at once. @throws AtollError JOB_UNKNOWN, JOB_NOT_CANCELLABLE */
  cancel(jobId: string): Promise<Job>;
  /** Removes an ended job and its files. @throws AtollError JOB_UNKNOWN, JOB_NOT_ENDED */
  purge(jobId: string): Promise<void>;
  /** Cases that were brought, which go with their results. */
  readonly cases: Pick<CaseKeeping, 'expiresAt' | 'isExpired' | 'touch' | 'remove'>;
  /** Hears of the job's changes, until the answer is called; null is word that some may have been missed. */
  watch(listener: (change: JobChange) => void): () => void;
  counts(): Promise<{ pending: number; running: number }>;
  /** How many jobs of each engine wait and run; engines with none are left out. */
  depth(): Promise<readonly { engine: string; status: string; total: number }[]>;
  /** Jobs that can run in parallel in all processes that share the queue. */
  slots(): Promise<number>;
  /** All jobs, the oldest first, as an archive keeps them. */
  records(): AsyncIterable<JobRecord>;
  /** Takes over a job of an archive, and queues it if it waits. @returns false when there is one of its id. */
  adopt(record: JobRecord): Promise<boolean>;
  /** Running jobs go back to the queue and finish after the next start. */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
}

/**
 * Opens the data folder and starts to work on what waits there. Every method of the answer throws
 * QUEUE_UNREACHABLE when the database does not answer, or not any more.
 * @throws AtollError DATA_DIR_LOCKED, DATA_DIR_UNUSABLE, DATA_DIR_OTHER_VERSION,
 *   DATABASE_UNREACHABLE
 */
export async function openJobs(options: JobsOptions): Promise<Jobs> {
  const { onError = () => undefined, onWarning = () => undefined } = options;
  const { engineTimeouts = new Map<string, number>(), onAttempt = () => undefined } = options;
  const timeoutOf = (engine: string) =>
    Math.min(engineTimeouts.get(engine) ?? options.timeoutSeconds, longestTimeoutSeconds);
  const timeoutSeconds = Math.min(
    Math.max(options.timeoutSeconds, ...engineTimeouts.values()),
    longestTimeoutSeconds,
  );
  const { handler, concurrency, retryDelaySeconds = 2, restSeconds = 600 } = options;
  const folder = prepareDataFolder(options.dataDir);
  // What is open already is closed again, last first, when a later step fails.
  await using opening = new AsyncDisposableStack();
  const database = await open(options.databaseUrl ?? null, folder, opening, onError);
  const results = options.results ?? (await openFolder(folder.results, database.isShared));
  const queue = new Queue(database, { timeoutSeconds, retryDelaySeconds, onError });
  opening.defer(() => queue.stop(0));
  const table = new JobTable(database.sql);
  const shelf = new JobShelf(database.sql);
  const worker = new Worker({
    table,
    queue,
    results,
    handler,
    timeoutSeconds: timeoutOf,
    restSeconds,
    onError,
    onAttempt,
  });
  const feed = new JobFeed();
  const memory = new JobMemory((jobId) => table.get(jobId));
  const read = (jobId: string) => (database.isShared ? table.get(jobId) : memory.get(jobId));
  const workforce = new Workforce(database.sql, onError);
  const resultTtlSeconds = options.resultTtlSeconds ?? null;
  const cases = new CaseKeeping({
    shelf,
    results,
    uploads: options.uploads ?? null,
    resultTtlSeconds,
    cancel: (jobId) => cancel(table, queue, worker, jobId),
    purge: (jobId) => purge(table, results, jobId),
  });
  const belonging = new Belonging({ shelf, results, uploads: options.uploads?.cases ?? null, onWarning });
  const expiry = new Expiry({
    shelf,
    results,
    belonging,
    cases,
    ttlSeconds: resultTtlSeconds,
    onError,
    onWarning,
  });
  await queue.start();
  const gauge = new PendingGauge(database.isShared ? undefined : Number.POSITIVE_INFINITY);
  const batch =
    database.atOnce === null
      ? null
      : openBatch(folder, opening, { write: database.atOnce, queue, table, gauge, limits: options, onError });
  for (const path of (await batch?.recover((ids) => shelf.everKnown(ids))) ?? []) {
    onWarning(`Submissions in ${path} cannot be read; what can be was taken over, and the file kept.`);
  }
  if (!database.isShared) await recover(queue, table, restSeconds);
  await feed.open(queue);
  opening.defer(() => feed.close());
  feed.subscribe((change) => memory.hear(change));
  const same = new SameMemory();
  feed.subscribe((change) => same.hear(change));
  const alone = batch === null ? null : { same, batch };
  feed.subscribe((change) => {
    if (change === null) worker.lookAfter().catch(onError);
    else if (change.status === 'cancelled') worker.cancel(change.jobId);
  });
  await queue.workLost((jobId) => table.giveUp(jobId, lost));
  if (concurrency > 0) {
    await workforce.join(concurrency);
    opening.defer(() => workforce.leave());
    await queue.work(concurrency, (attempt) => worker.run(attempt));
  }
  expiry.start();
  opening.defer(() => expiry.stop());
  const line = new WaitingLine(table, workforce);
  const room = new RoomGauge(results, options.minFreeBytes ?? 0);
  const send = (request: JobRequest, submitOptions?: SubmitOptions) =>
    submit(
      { gauge, room, database, queue, results, limits: options, horizon: expiry.horizon, alone },
      request,
      submitOptions,
    );
  /** For whatever the table alone knows: all that is acknowledged must be in it. */
  const reachAll = <Result>(ask: () => Promise<Result>) =>
    reach(async () => {
      await batch?.written();
      return ask();
    });
  const closing = opening.move();
  let stopped: Promise<void> | null = null;

  return {
    results,
    submit: (request, submitOptions) => reach(() => send(request, submitOptions)),
    get: (jobId) => reach(async () => batch?.find(jobId) ?? look(read, shelf, expiry, jobId)),
    expiresAt: (job) => expiry.expiresAt(job),
    wait: (jobId) => (batch?.find(jobId) ? reachAll : reach)(() => line.wait(jobId)),
    retry: (jobId, submitOptions) =>
      reachAll(async () => {
        const job = await find(table, jobId);
        if (job.status !== 'failed' && job.status !== 'cancelled') throw new AtollError('JOB_NOT_RETRYABLE');
        return send(job, { priority: job.priority, ...submitOptions, force: true });
      }),
    cancel: (jobId) => reachAll(() => cancel(table, queue, worker, jobId)),
    purge: (jobId) => reachAll(() => purge(table, results, jobId)),
    cases: {
      expiresAt: (caseId) => reachAll(() => cases.expiresAt(caseId)),
      isExpired: (caseId) => reach(() => cases.isExpired(caseId)),
      touch: (caseId) => reach(() => cases.touch(caseId)),
      remove: (caseId) => reachAll(() => cases.remove(caseId)),
    },
    watch: (listener) => feed.subscribe(listener),
    async *records() {
      await batch?.written();
      yield* shelf.records();
    },
    adopt: (record) =>
      reach(() =>
        database.transaction(async ({ sql, queuePort }) => {
          if (!(await new JobShelf(sql).adopt(record))) return false;
          same.forget();
          gauge.forget();
          if (record.status === 'pending') await queue.send(record.jobId, record.priority, queuePort);
          return true;
        }),
      ),
    counts: () => reachAll(() => table.counts()),
    depth: () => reachAll(() => table.depth()),
    slots: () => reach(() => workforce.slots()),
    stop({ graceMs = 10_000 } = {}) {
      stopped ??= (async () => {
        await using _ = closing;
        worker.interruptAll();
        await batch?.close();
        await queue.stop(graceMs);
      })();
      return stopped;
    },
  };

  /** Says no more than that it does not answer: a query's own error would carry names of cases to the log. */
  async function reach<Result>(ask: () => Promise<Result>): Promise<Result> {
    if (stopped !== null) throw new AtollError('QUEUE_UNREACHABLE', 'Atoll is stopping.');
    try {
      return await ask();
    } catch (thrown) {
      if (thrown instanceof AtollError) throw thrown;
      const cause = thrown instanceof DrizzleQueryError ? thrown.cause : thrown;
      throw new AtollError('QUEUE_UNREACHABLE', undefined, { cause });
    }
  }
}

const dayMs = 24 * 3600 * 1000;

const lost = {
  code: 'JOB_LOST',
  message: 'Every attempt at the job was interrupted, and it was abandoned.',
} as const;

/** What it opens is left to `opening` to close. */
async function open(
  url: string | null,
  folder: DataFolder,
  opening: AsyncDisposableStack,
  onError: (error: unknown) => void,
): Promise<Database> {
  if (url === null) {
    const lock = await lockFolder(folder.root);
    opening.defer(() => lock.release());
  }
  const database = await (url === null
    ? openEmbeddedDatabase(folder, onError)
    : import('./server-database.ts').then((server) => server.openServerDatabase({ url, onError })));
  opening.defer(() => database.close());
  return database;
}

async function openFolder(path: string, isShared: boolean): Promise<Store> {
  const store = new FolderStore(path, resultKind);
  // In a folder that others write to as well, what is young may be theirs.
  await store.sweep(isShared ? dayMs : 0);
  return store;
}

function openBatch(
  { database }: DataFolder,
  opening: AsyncDisposableStack,
  {
    table,
    gauge,
    limits,
    ...parts
  }: Pick<SubmissionBatchParts, 'write' | 'queue' | 'onError'> & {
    table: JobTable;
    gauge: PendingGauge;
    limits: SubmitLimits;
  },
): SubmissionBatch {
  const journal = new SubmissionJournal(database);
  opening.defer(() => journal.close());
  const counted = {
    counts: () => batch.written().then(() => table.counts()),
    pendingOf: (client: string) => batch.written().then(() => table.pendingOf(client)),
  };
  const batch = new SubmissionBatch({ ...parts, journal, admit: admission(counted, gauge, limits) });
  opening.defer(() => batch.close());
  return batch;
}

/** Puts in order what a killed process left. */
async function recover(queue: Queue, table: JobTable, restSeconds: number): Promise<void> {
  const resting = await queue.requeueOrphans(restSeconds);
  await table.releaseAll();
  await table.sayResting(resting, restSeconds);
  const waiting = await queue.waiting();
  for (const jobId of await table.open()) {
    if (!waiting.has(jobId)) await table.giveUp(jobId, lost);
  }
}

/** A job that is past its time is gone, even if the sweep has not come yet. */
async function look(
  read: (jobId: string) => Promise<Job | null> | Job,
  shelf: JobShelf,
  expiry: Expiry,
  jobId: string,
): Promise<Job | null> {
  const job = await read(jobId);
  if (job === null && !(await shelf.isExpired(jobId))) return null;
  if (job === null || (job.finishedAt !== null && job.finishedAt < expiry.horizon)) {
    throw new AtollError('JOB_EXPIRED');
  }
  return job;
}

async function cancel(table: JobTable, queue: Queue, worker: Worker, jobId: string): Promise<Job> {
  const cancelled = await table.cancel(jobId);
  if (cancelled !== null) {
    worker.cancel(jobId);
    await queue.remove(jobId);
    return cancelled;
  }
  const job = await find(table, jobId);
  if (job.status !== 'cancelled') throw new AtollError('JOB_NOT_CANCELLABLE');
  return job;
}

/** The files go first: should the process be killed in between, the job is still there to be purged. */
async function purge(table: JobTable, results: Store, jobId: string): Promise<void> {
  const job = await find(table, jobId);
  if (!hasEnded(job.status)) throw new AtollError('JOB_NOT_ENDED');
  await results.delete(jobId);
  await table.delete(jobId);
}

async function find(table: JobTable, jobId: string): Promise<Job> {
  const job = await table.get(jobId);
  if (job === null) throw new AtollError('JOB_UNKNOWN');
  return job;
}

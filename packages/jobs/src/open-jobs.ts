import type { Store } from '@atoll/store/store';
import { accessTables } from './access-tables.ts';
import type { AdmissionLimits } from './admission.ts';
import { ArchiveTable } from './archive-table.ts';
import { Belonging } from './belonging.ts';
import { CaseKeeping, type KeptCases } from './case-keeping.ts';
import { prepareDataFolder } from './data-folder.ts';
import { Expiry } from './expiry.ts';
import { ExpiryTable } from './expiry-table.ts';
import { JobCounts } from './job-counts.ts';
import { JobEndings } from './job-endings.ts';
import { JobFeed } from './job-feed.ts';
import { JobLookup } from './job-lookup.ts';
import { JobMemory } from './job-memory.ts';
import { JobTable } from './job-table.ts';
import { Jobs } from './jobs.ts';
import { openDatabase, openResults } from './open-places.ts';
import { openWriter } from './open-writer.ts';
import { OwnershipTable } from './ownership-table.ts';
import { PendingGauge } from './pending-gauge.ts';
import { Queue } from './queue.ts';
import { lost, recover } from './recovery.ts';
import { Revisions } from './revisions.ts';
import { RoomGauge } from './room-gauge.ts';
import { runTimeouts } from './run-timeouts.ts';
import { SameMemory } from './same-memory.ts';
import { StudyTable } from './study-table.ts';
import { Submissions } from './submissions.ts';
import { WaitingLine } from './waiting-line.ts';
import { type AttemptEvent, type JobHandler, Worker } from './worker.ts';
import { Workforce } from './workforce.ts';

export type JobsOptions = AdmissionLimits & {
  /** Room that must be left where the results go; beyond it DISK_FULL. Not looked at unless given. */
  readonly minFreeBytes?: number;
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
  /** Uploaded cases, and how long after their last use they are kept (null for ever). */
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

/**
 * Opens the data folder, puts the parts of the queue together, and starts to work on what waits there. What is open
 * already is closed again, last first, when a later step fails, and at the stop.
 * @throws AtollError DATA_DIR_LOCKED, DATA_DIR_UNUSABLE, DATA_DIR_OTHER_VERSION,
 *   DATABASE_UNREACHABLE
 */
export async function openJobs(options: JobsOptions): Promise<Jobs> {
  const { onError = () => undefined, onWarning = () => undefined, onAttempt = () => undefined } = options;
  const { handler, concurrency, retryDelaySeconds = 2, restSeconds = 600, uploads = null } = options;
  const ttlSeconds = options.resultTtlSeconds ?? null;
  const timeout = runTimeouts(options);
  const folder = prepareDataFolder(options.dataDir);
  await using opening = new AsyncDisposableStack();
  const database = await openDatabase(options.databaseUrl ?? null, folder, opening, onError);
  const { sql, isShared } = database;
  const results = options.results ?? (await openResults(folder, isShared));
  const queue = new Queue(database, { timeoutSeconds: timeout.longest, retryDelaySeconds, onError });
  opening.defer(() => queue.stop(0));

  const table = new JobTable(sql);
  const counts = new JobCounts(sql);
  const expired = new ExpiryTable(sql);
  const ownership = new OwnershipTable(sql);
  const worker = new Worker({
    table,
    queue,
    results,
    handler,
    timeoutSeconds: timeout.of,
    restSeconds,
    onError,
    onAttempt,
  });
  const endings = new JobEndings({ table, queue, worker, expired, results });
  const cases = new CaseKeeping({ table, expired, results, uploads, resultTtlSeconds: ttlSeconds, endings });
  const belonging = new Belonging({ ownership, results, uploads: uploads?.cases ?? null, onWarning });
  const expiry = new Expiry({
    expired,
    ownership,
    results,
    belonging,
    cases,
    ttlSeconds,
    onError,
    onWarning,
  });

  await queue.start();
  // Where nobody else submits, a count stands for ever.
  const gauge = new PendingGauge(isShared ? undefined : Number.POSITIVE_INFINITY);
  const writer = await openWriter(
    { database, folder, queue, counts, ownership, gauge, limits: options, onError, onWarning },
    opening,
  );
  if (!isShared) await recover(queue, table, restSeconds);
  const feed = new JobFeed();
  await feed.open(queue);
  opening.defer(() => feed.close());
  const memory = isShared ? null : new JobMemory((jobId) => table.get(jobId));
  const same = isShared ? null : new SameMemory();
  feed.subscribe((change) => {
    memory?.hear(change);
    same?.hear(change);
    worker.hear(change);
  });
  await queue.workLost((jobId) => table.giveUp(jobId, lost));
  const workforce = new Workforce(sql, onError);
  if (concurrency > 0) {
    await workforce.join(concurrency);
    opening.defer(() => workforce.leave());
    await queue.work(concurrency, (attempt) => worker.run(attempt));
  }
  expiry.start();
  opening.defer(() => expiry.stop());

  const studies = new StudyTable(database);
  if (!isShared) await studies.releaseAll();
  const room = new RoomGauge(results, options.minFreeBytes ?? 0);
  const lookup = new JobLookup({ read: (jobId) => (memory ?? table).get(jobId), writer, expired, expiry });
  return new Jobs({
    results,
    submissions: new Submissions({ table, writer, results, gauge, room, same, expiry }),
    writer,
    lookup,
    endings,
    revisions: new Revisions({ database, results, room, lookup }),
    counts,
    line: new WaitingLine(counts, workforce),
    workforce,
    cases,
    expiry,
    archive: new ArchiveTable(database, queue),
    access: accessTables(sql),
    studies,
    onAdopted: () => {
      same?.forget();
      gauge.forget();
    },
    feed,
    worker,
    queue,
    opened: opening.move(),
  });
}

import { randomBytes } from 'node:crypto';
import { AtollError } from '@atoll/errors/error';
import type { Store } from '@atoll/store/store';
import type { Database } from './database.ts';
import type { Job, JobPriority, JobRequest } from './job.ts';
import { JobTable } from './job-table.ts';
import type { Queue } from './queue.ts';

export type SubmitOptions = {
  /** interactive unless given. */
  readonly priority?: JobPriority;
  /** Who submits, as a hash; for the limit of each client. */
  readonly client?: string | null;
  /** Run it although the same was run before. */
  readonly force?: boolean;
  /** Random, of the submitter's making: a submission sent again with the same key makes no second job. */
  readonly submissionKey?: string | null;
};

export type SubmitLimits = {
  /** Jobs that may wait; beyond it QUEUE_FULL. */
  readonly maxPending: number;
  /** Jobs of one client that may wait; beyond it TOO_MANY_JOBS. No limit unless given. */
  readonly maxPendingPerClient?: number;
  /** Room that must be left where the results go; beyond it DISK_FULL. Not looked at unless given. */
  readonly minFreeBytes?: number;
};

/** How many jobs wait, as far as it is known without asking for each submission. */
export class PendingGauge {
  #known = Number.POSITIVE_INFINITY;
  #at = Number.NEGATIVE_INFINITY;
  #underWay = 0;

  /** Jobs that wait or are just being submitted here; Infinity when they were not counted lately. */
  get atMost(): number {
    return performance.now() - this.#at < gaugeFreshMs ? this.#known : Number.POSITIVE_INFINITY;
  }

  counted(pending: number): void {
    this.#known = pending + this.#underWay;
    this.#at = performance.now();
  }

  /** Counts a submission from its beginning on: of many at once, each must know of the others. */
  async around<Result>(submission: () => Promise<Result>): Promise<Result> {
    this.#underWay++;
    this.#known++;
    try {
      return await submission();
    } catch (thrown) {
      this.#known--;
      throw thrown;
    } finally {
      this.#underWay--;
    }
  }
}

const gaugeFreshMs = 250;

/** Far enough below a limit nobody needs to count: the rest cannot be filled while a submission is under way. */
function isFarBelow(limit: number, atMost: number): boolean {
  return atMost <= limit - Math.max(64, limit / 2);
}

export type SubmitParts = {
  readonly gauge: PendingGauge;
  readonly database: Database;
  readonly queue: Queue;
  readonly results: Store;
  readonly limits: SubmitLimits;
  /** Jobs that ended before this are expired. */
  readonly horizon: Date;
};

/**
 * Queues a job, unless the same was completed before: then that one is the answer. Row and queue entry are
 * written in one transaction: a job that is acknowledged is also queued.
 * @throws AtollError QUEUE_FULL, TOO_MANY_JOBS, DISK_FULL, SUBMISSION_KEY_USED
 */
export async function submit(
  { gauge, database, queue, results, limits, horizon }: SubmitParts,
  request: JobRequest,
  { priority = 'interactive', client = null, force = false, submissionKey = null }: SubmitOptions = {},
): Promise<Job> {
  const table = new JobTable(database.sql);
  const taken = await findTaken(table, submissionKey, request);
  if (taken !== null) return taken;
  const same = force ? null : await table.findSame(request, horizon);
  // Its files may have been taken away by hand.
  if (same !== null && (await results.has(same.jobId))) return same;
  await checkRoom(results, limits.minFreeBytes ?? 0);
  const jobId = randomBytes(16).toString('hex');
  const made = await gauge.around(() =>
    database.transaction(async ({ sql, queuePort }) => {
      const rows = new JobTable(sql);
      await checkLimits(rows, gauge, limits, client);
      const job = await rows.insert(jobId, request, { priority, client, submissionKey });
      if (job !== null) await queue.send(jobId, priority, queuePort);
      return job;
    }),
  );
  const job = made ?? (await findTaken(table, submissionKey, request));
  // Taken in a moment ago by another request, and purged since.
  if (job === null) throw new AtollError('JOB_UNKNOWN');
  return job;
}

/** @throws AtollError SUBMISSION_KEY_USED when the key was that of another request. */
async function findTaken(table: JobTable, key: string | null, request: JobRequest): Promise<Job | null> {
  const job = key === null ? null : await table.findSubmission(key);
  if (job === null) return null;
  const isSame =
    job.caseId === request.caseId &&
    job.engine === request.engine &&
    job.preset === request.preset &&
    job.options.join() === request.options.join() &&
    job.fastMode === request.fastMode;
  if (!isSame) throw new AtollError('SUBMISSION_KEY_USED');
  return job;
}

async function checkLimits(
  table: JobTable,
  gauge: PendingGauge,
  { maxPending, maxPendingPerClient = Number.POSITIVE_INFINITY }: SubmitLimits,
  client: string | null,
): Promise<void> {
  if (!isFarBelow(maxPending, gauge.atMost)) {
    await table.lockCounting();
    const { pending } = await table.counts();
    gauge.counted(pending);
    if (pending >= maxPending) throw new AtollError('QUEUE_FULL');
  }
  // One client cannot have more waiting than all have.
  if (client === null || gauge.atMost < maxPendingPerClient) return;
  await table.lockCounting();
  if ((await table.pendingOf(client)) >= maxPendingPerClient) throw new AtollError('TOO_MANY_JOBS');
}

/** Refused in time: a disk that is full would break the database and every job under way. */
async function checkRoom(results: Store, minFreeBytes: number): Promise<void> {
  if (minFreeBytes === 0) return;
  const free = await results.freeBytes().catch(() => null);
  if (free !== null && free < minFreeBytes) throw new AtollError('DISK_FULL');
}

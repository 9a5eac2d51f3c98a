import { randomBytes } from 'node:crypto';
import { AtollError } from '@atoll/errors/error';
import type { Store } from '@atoll/store/store';
import type { Database } from './database.ts';
import type { Job, JobPriority, JobRequest } from './job.ts';
import { JobTable } from './job-table.ts';
import type { Queue } from './queue.ts';
import type { SameMemory } from './same-memory.ts';
import type { Admission, SubmissionBatch } from './submission-batch.ts';
import type { NewJob } from './submission-row.ts';

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

const gaugeFreshMs = 250;

/** How many jobs wait, as far as it is known without asking for each submission. */
export class PendingGauge {
  readonly #freshMs: number;
  #known = Number.POSITIVE_INFINITY;
  #at = Number.NEGATIVE_INFINITY;
  #underWay = 0;

  /** @param freshMs how long a count stands; for ever where nobody else submits. */
  constructor(freshMs = gaugeFreshMs) {
    this.#freshMs = freshMs;
  }

  /** Jobs that wait or are just being submitted here; Infinity when they were not counted lately. */
  get atMost(): number {
    return performance.now() - this.#at < this.#freshMs ? this.#known : Number.POSITIVE_INFINITY;
  }

  /** Others came that it did not see. */
  forget(): void {
    this.#at = Number.NEGATIVE_INFINITY;
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
  readonly room: RoomGauge;
  /** Where this process has the database to itself. */
  readonly alone: { readonly batch: SubmissionBatch; readonly same: SameMemory } | null;
  /** Jobs that ended before this are expired. */
  readonly horizon: Date;
};

/**
 * Queues a job, unless the same was completed before: then that one is the answer. Row and queue entry are
 * written in one transaction: a job that is acknowledged is also queued.
 * @throws AtollError QUEUE_FULL, TOO_MANY_JOBS, DISK_FULL, SUBMISSION_KEY_USED
 */
export async function submit(
  { gauge, room, database, queue, results, limits, horizon, alone }: SubmitParts,
  request: JobRequest,
  { priority = 'interactive', client = null, force = false, submissionKey = null }: SubmitOptions = {},
): Promise<Job> {
  const table = new JobTable(database.sql);
  const taken = await findTaken(table, submissionKey, request);
  if (taken !== null) return taken;
  const look = () => table.findSame(request, horizon);
  const same = force ? null : await (alone === null ? look() : alone.same.find(request, look));
  const isKept = same?.finishedAt !== null && same !== null && same.finishedAt > horizon;
  // Its files may have been taken away by hand.
  if (isKept && (await results.has(same.jobId))) return same;
  await room.check();
  const jobId = randomBytes(16).toString('hex');
  const ticket = { priority, client, submissionKey };
  const write =
    alone !== null
      ? () => alone.batch.add({ jobId, request, ticket })
      : () => writeAmongOthers(database, queue, gauge, limits, { jobId, request, ticket });
  const made = await gauge.around(write);
  const job = made ?? (await findTaken(table, submissionKey, request));
  // Taken in a moment ago by another request, and purged since.
  if (job === null) throw new AtollError('JOB_UNKNOWN');
  return job;
}

/** In one transaction, for others may submit at the same time. @returns as {@link SubmissionBatch.add} does. */
function writeAmongOthers(
  database: Database,
  queue: Queue,
  gauge: PendingGauge,
  limits: SubmitLimits,
  { jobId, request, ticket }: NewJob,
): Promise<Job | null> {
  return database.transaction(async ({ sql, queuePort }) => {
    const rows = new JobTable(sql);
    await checkLimits(rows, gauge, limits, ticket.client);
    const job = await rows.insert(jobId, request, ticket);
    if (job !== null) await queue.send(jobId, ticket.priority, queuePort);
    return job;
  });
}

/** @throws AtollError SUBMISSION_KEY_USED when the key was that of another request. */
async function findTaken(table: JobTable, key: string | null, request: JobRequest): Promise<Job | null> {
  const job = key === null ? null : await table.findSubmission(key);
  if (job === null) return null;
  const isSame =
    job.caseId === request.caseId &&
    job.engine === request.engine &&
    job.preset === request.preset &&
    job.options.join() === request.options.join();
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

/** The limits for jobs that are about to be written together, as {@link checkLimits} has them for one. */
export function admission(
  table: Pick<JobTable, 'counts' | 'pendingOf'>,
  gauge: PendingGauge,
  { maxPending, maxPendingPerClient = Number.POSITIVE_INFINITY }: SubmitLimits,
): Admission {
  return async (jobs) => {
    let room = Number.POSITIVE_INFINITY;
    if (!isFarBelow(maxPending, gauge.atMost)) {
      const { pending } = await table.counts();
      gauge.counted(pending);
      room = maxPending - pending;
    }
    const ofClient = new Map<string, number>();
    const refusals: (Error | null)[] = [];
    for (const { ticket } of jobs) {
      const { client } = ticket;
      if (room <= 0) {
        refusals.push(new AtollError('QUEUE_FULL'));
        continue;
      }
      if (client !== null && gauge.atMost >= maxPendingPerClient) {
        const waiting = ofClient.get(client) ?? (await table.pendingOf(client));
        if (waiting >= maxPendingPerClient) {
          refusals.push(new AtollError('TOO_MANY_JOBS'));
          continue;
        }
        ofClient.set(client, waiting + 1);
      }
      room--;
      refusals.push(null);
    }
    return refusals;
  };
}

/** The room that is left for results, as it was looked at last. */
export class RoomGauge {
  readonly #results: Pick<Store, 'freeBytes'>;
  readonly #minFreeBytes: number;
  #free: number | null = null;
  #at = Number.NEGATIVE_INFINITY;

  constructor(results: Pick<Store, 'freeBytes'>, minFreeBytes: number) {
    this.#results = results;
    this.#minFreeBytes = minFreeBytes;
  }

  /**
   * Refused in time: a disk that is full would break the database and every job under way.
   * @throws AtollError DISK_FULL
   */
  async check(): Promise<void> {
    if (this.#minFreeBytes === 0) return;
    if (performance.now() - this.#at > gaugeFreshMs) {
      this.#free = await this.#results.freeBytes().catch(() => null);
      this.#at = performance.now();
    }
    if (this.#free !== null && this.#free < this.#minFreeBytes) throw new AtollError('DISK_FULL');
  }
}

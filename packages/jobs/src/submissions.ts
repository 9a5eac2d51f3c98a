import { randomBytes } from 'node:crypto';
import type { Owner } from '@atoll/access/visitor';
import { AtollError } from '@atoll/errors/error';
import type { Store } from '@atoll/store/store';
import type { Job, JobPriority, JobRequest } from './job.ts';
import type { JobTable } from './job-table.ts';
import type { JobWriter } from './job-writer.ts';
import type { PendingGauge } from './pending-gauge.ts';
import type { RoomGauge } from './room-gauge.ts';
import type { SameMemory } from './same-memory.ts';

export type SubmitOptions = {
  /** interactive unless given. */
  readonly priority?: JobPriority;
  /** Who submits, as a hash; for the limit of each client. */
  readonly client?: string | null;
  /** Run it although the same was run before. */
  readonly force?: boolean;
  /** Random, of the submitter's making: a submission sent again with the same key makes no second job. */
  readonly submissionKey?: string | null;
  /** Whom the job will belong to; null where nobody has to sign in. */
  readonly owner?: Owner | null;
};

export type SubmissionsParts = {
  readonly table: Pick<JobTable, 'findSubmission' | 'findSame'>;
  readonly writer: Pick<JobWriter, 'add'>;
  readonly results: Pick<Store, 'has'>;
  readonly gauge: PendingGauge;
  readonly room: RoomGauge;
  /** null where other processes change the database as well. */
  readonly same: SameMemory | null;
  readonly expiry: { readonly horizon: Date };
};

/** Takes jobs in, unless there is a result or a job that answers them already. */
export class Submissions {
  readonly #parts: SubmissionsParts;

  constructor(parts: SubmissionsParts) {
    this.#parts = parts;
  }

  /**
   * Queues a job, unless the same was completed before: then that one is the answer. A job that is acknowledged is also
   * queued.
   * @throws AtollError QUEUE_FULL, TOO_MANY_JOBS, DISK_FULL, SUBMISSION_KEY_USED
   */
  async submit(request: JobRequest, options: SubmitOptions = {}): Promise<Job> {
    const { priority = 'interactive', client = null, force = false } = options;
    const { submissionKey = null, owner = null } = options;
    const { writer, gauge, room } = this.#parts;
    const known =
      (await this.#findTaken(submissionKey, request, owner)) ??
      (force ? null : await this.#findKept(request, owner));
    if (known !== null) return known;
    await room.check();
    const jobId = randomBytes(16).toString('hex');
    const ticket = { priority, client, submissionKey, owner };
    const made = await gauge.around(() => writer.add({ jobId, request, ticket }));
    const job = made ?? (await this.#findTaken(submissionKey, request, owner));
    // Taken in a moment ago by another request, and purged since.
    if (job === null) throw new AtollError('JOB_UNKNOWN');
    return job;
  }

  /** The completed job that answers the request, with its files. */
  async #findKept(request: JobRequest, owner: Owner | null): Promise<Job | null> {
    const { table, same, results, expiry } = this.#parts;
    const { horizon } = expiry;
    const look = () => table.findSame(request, horizon, owner);
    const found = await (same === null ? look() : same.find(request, owner, look));
    if (found === null || found.finishedAt === null || found.finishedAt <= horizon) return null;
    // Its files may have been taken away by hand.
    return (await results.has(found.jobId)) ? found : null;
  }

  /** @throws AtollError SUBMISSION_KEY_USED when the key was that of another request. */
  async #findTaken(key: string | null, request: JobRequest, owner: Owner | null): Promise<Job | null> {
    const job = key === null ? null : await this.#parts.table.findSubmission(key);
    if (job === null) return null;
    const isSame =
      (owner === null || job.owner?.id === owner.id) &&
      job.caseId === request.caseId &&
      job.engine === request.engine &&
      job.preset === request.preset &&
      job.options.join() === request.options.join();
    if (!isSame) throw new AtollError('SUBMISSION_KEY_USED');
    return job;
  }
}

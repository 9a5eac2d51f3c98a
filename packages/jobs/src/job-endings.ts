import { AtollError } from '@atoll/errors/error';
import type { Store } from '@atoll/store/store';
import type { ExpiryTable } from './expiry-table.ts';
import { hasEnded, type Job } from './job.ts';
import type { JobTable } from './job-table.ts';
import type { Queue } from './queue.ts';
import type { Worker } from './worker.ts';

export type JobEndingsParts = {
  readonly table: Pick<JobTable, 'get' | 'cancel' | 'delete'>;
  readonly queue: Pick<Queue, 'remove'>;
  readonly worker: Pick<Worker, 'cancel'>;
  readonly expired: Pick<ExpiryTable, 'setsOf'>;
  readonly results: Pick<Store, 'delete'>;
};

/** How a job ends because somebody wants it to. */
export class JobEndings {
  readonly #parts: JobEndingsParts;

  constructor(parts: JobEndingsParts) {
    this.#parts = parts;
  }

  /** Stops the job's work at once. @throws AtollError JOB_UNKNOWN, JOB_NOT_CANCELLABLE */
  async cancel(jobId: string): Promise<Job> {
    const { table, queue, worker } = this.#parts;
    const cancelled = await table.cancel(jobId);
    if (cancelled !== null) {
      worker.cancel(jobId);
      await queue.remove(jobId);
      return cancelled;
    }
    const job = await this.#find(jobId);
    if (job.status !== 'cancelled') throw new AtollError('JOB_NOT_CANCELLABLE');
    return job;
  }

  /**
   * Removes an ended job and its files. The files go first: should the process be killed in between, the job is still
   * there to be purged.
   * @throws AtollError JOB_UNKNOWN, JOB_NOT_ENDED
   */
  async purge(jobId: string): Promise<void> {
    const { table, expired, results } = this.#parts;
    const job = await this.#find(jobId);
    if (!hasEnded(job.status)) throw new AtollError('JOB_NOT_ENDED');
    for (const set of await expired.setsOf(jobId)) await results.delete(set);
    await table.delete(jobId);
  }

  /** What a job that failed or was cancelled asked for. @throws AtollError JOB_UNKNOWN, JOB_NOT_RETRYABLE */
  async toRetry(jobId: string): Promise<Job> {
    const job = await this.#find(jobId);
    if (job.status !== 'failed' && job.status !== 'cancelled') throw new AtollError('JOB_NOT_RETRYABLE');
    return job;
  }

  async #find(jobId: string): Promise<Job> {
    const job = await this.#parts.table.get(jobId);
    if (job === null) throw new AtollError('JOB_UNKNOWN');
    return job;
  }
}

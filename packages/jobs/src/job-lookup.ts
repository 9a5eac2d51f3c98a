import { AtollError } from '@atoll/errors/error';
import type { Expiry } from './expiry.ts';
import type { ExpiryTable } from './expiry-table.ts';
import type { Job } from './job.ts';
import type { JobWriter } from './job-writer.ts';

export type JobLookupParts = {
  /** From memory, where no other process can change the database. */
  readonly read: (jobId: string) => Promise<Job | null> | Job;
  readonly writer: Pick<JobWriter, 'find'>;
  readonly expired: Pick<ExpiryTable, 'isExpired'>;
  readonly expiry: Pick<Expiry, 'horizon'>;
};

/** Finds jobs by their ids: those that are just being written, those that are there, and those that were. */
export class JobLookup {
  readonly #parts: JobLookupParts;

  constructor(parts: JobLookupParts) {
    this.#parts = parts;
  }

  /**
   * A job that is past its time is gone, even if the sweep has not come yet.
   * @returns null when there never was such a job.
   * @throws AtollError JOB_EXPIRED
   */
  async get(jobId: string): Promise<Job | null> {
    const { read, writer, expired, expiry } = this.#parts;
    const coming = writer.find(jobId);
    if (coming !== null) return coming;
    const job = await read(jobId);
    if (job === null && !(await expired.isExpired(jobId))) return null;
    if (job === null || (job.finishedAt !== null && job.finishedAt < expiry.horizon)) {
      throw new AtollError('JOB_EXPIRED');
    }
    return job;
  }
}

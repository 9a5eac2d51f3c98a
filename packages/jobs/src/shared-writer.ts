import { type AdmissionLimits, checkLimits } from './admission.ts';
import type { Database } from './database.ts';
import type { Job } from './job.ts';
import { JobCounts } from './job-counts.ts';
import { JobTable } from './job-table.ts';
import type { JobWriter } from './job-writer.ts';
import type { PendingGauge } from './pending-gauge.ts';
import type { Queue } from './queue.ts';
import type { NewJob } from './submission-row.ts';

export type SharedWriterParts = {
  readonly database: Pick<Database, 'transaction'>;
  readonly queue: Pick<Queue, 'send'>;
  readonly gauge: PendingGauge;
  readonly limits: AdmissionLimits;
};

/** Writes each job with its queue entry in one transaction, for others may submit at the same time. */
export class SharedWriter implements JobWriter {
  readonly #parts: SharedWriterParts;

  constructor(parts: SharedWriterParts) {
    this.#parts = parts;
  }

  add({ jobId, request, ticket }: NewJob): Promise<Job | null> {
    const { database, queue, gauge, limits } = this.#parts;
    return database.transaction(async ({ sql, queuePort }) => {
      await checkLimits(new JobCounts(sql), gauge, limits, ticket.client);
      const job = await new JobTable(sql).insert(jobId, request, ticket);
      if (job !== null) await queue.send(jobId, ticket.priority, queuePort);
      return job;
    });
  }

  /** What is acknowledged is written. */
  find(): null {
    return null;
  }

  async written(): Promise<void> {}

  async close(): Promise<void> {}
}

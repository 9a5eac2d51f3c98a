import type { Job } from './job.ts';
import type { NewJob } from './submission-row.ts';

/** How new jobs get into the database: alone in it, or among other processes. */
export type JobWriter = {
  /**
   * @returns null when there is a job of the ticket's submission key.
   * @throws AtollError QUEUE_FULL, TOO_MANY_JOBS, DISK_FULL; then nothing of the job is there.
   */
  add(job: NewJob): Promise<Job | null>;
  /** A job that is acknowledged and not in the database yet. */
  find(jobId: string): Job | null;
  /** Waits until the database has all that is acknowledged now. @throws whatever the database throws */
  written(): Promise<void>;
  close(): Promise<void>;
};

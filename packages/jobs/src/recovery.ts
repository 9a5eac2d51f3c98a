import type { JobTable } from './job-table.ts';
import type { Queue } from './queue.ts';

/** What is said of a job that no attempt will come to any more. */
export const lost = {
  code: 'JOB_LOST',
  message: 'Every attempt at the job was interrupted, and it was abandoned.',
} as const;

/** Puts in order what a killed process left; for the sole owner of the database, before anybody works. */
export async function recover(queue: Queue, table: JobTable, restSeconds: number): Promise<void> {
  const resting = await queue.requeueOrphans(restSeconds);
  await table.releaseAll();
  await table.sayResting(resting, restSeconds);
  const waiting = await queue.waiting();
  for (const jobId of await table.open()) {
    if (!waiting.has(jobId)) await table.giveUp(jobId, lost);
  }
}

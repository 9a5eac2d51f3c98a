/**
 * A process on a queue, to be killed: it submits jobs and prints the id of each that was acknowledged, revises those
 * that are done and prints what was acknowledged of that, works on jobs, or all of it. Arguments: data folder, `both` | `api` | `worker`, URL of a PostgreSQL server if any.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { openJobs } from '@atoll/jobs/open-jobs';
import { answer, request, revise, wholeText } from './scratch.ts';

const [, , dataDir, role, databaseUrl = null] = process.argv;
const jobs = await openJobs({
  dataDir,
  databaseUrl,
  concurrency: role === 'api' ? 0 : 2,
  timeoutSeconds: 60,
  maxPending: 100_000,
  retryDelaySeconds: 0,
  restSeconds: 0,
  handler: async ({ jobId }) => {
    await sleep(20 + 60 * Math.random());
    return answer(wholeText(jobId));
  },
});
if (role === 'worker') process.stdout.write('working\n');
const submitted: string[] = [];
while (role !== 'worker') {
  // A database that is away for a moment acknowledges nothing.
  const job = await jobs.submit(request, { force: true }).catch(() => null);
  if (job !== null) {
    process.stdout.write(`${job.jobId}\n`);
    submitted.push(job.jobId);
  }
  const revised = submitted[Math.floor(submitted.length * Math.random())];
  const revision = revised === undefined ? null : await revise(jobs, revised).catch(() => null);
  if (revision !== null) process.stdout.write(`${revised} ${revision.number}\n`);
  await sleep(job === null ? 200 : 20);
}

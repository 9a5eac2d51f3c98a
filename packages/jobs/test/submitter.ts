/** Submits jobs and prints the id of each that was acknowledged, until it is killed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openJobs } from '@atoll/jobs/jobs';

const jobs = await openJobs({
  dataDir: process.argv[2],
  concurrency: 2,
  timeoutSeconds: 60,
  maxPending: 1000,
  handler: async () => {
    await sleep(50);
    return new Map([['answer.txt', new TextEncoder().encode('victim')]]);
  },
});
for (;;) {
  const job = await jobs.submit({ caseId: 'some-case', engine: 'tiny', preset: 'balanced', fastMode: true });
  process.stdout.write(`${job.jobId}\n`);
  await sleep(20);
}

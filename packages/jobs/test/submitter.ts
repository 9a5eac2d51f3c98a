/** Submits jobs and prints the id of each that was acknowledged, until it is killed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openJobs } from '@atoll/jobs/jobs';
import { answer, request } from './scratch.ts';

const jobs = await openJobs({
  dataDir: process.argv[2],
  concurrency: 2,
  timeoutSeconds: 60,
  maxPending: 1000,
  handler: async () => {
    await sleep(50);
    return answer('before');
  },
});
for (;;) {
  const { jobId } = await jobs.submit(request, { force: true });
  process.stdout.write(`${jobId}\n`);
  await sleep(20);
}

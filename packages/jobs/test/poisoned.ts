/** Works on jobs that take the whole process down with them; submits one when none waits. Prints its id. */
import { openJobs } from '@atoll/jobs/open-jobs';
import { request } from './scratch.ts';

const jobs = await openJobs({
  dataDir: process.argv[2],
  concurrency: 1,
  timeoutSeconds: 60,
  maxPending: 10,
  restSeconds: Number(process.argv[3] ?? 0),
  handler: async ({ jobId }) => {
    process.stdout.write(`${jobId}\n`, () => process.kill(process.pid, 'SIGKILL'));
    return new Promise(() => undefined);
  },
});
const { pending, running } = await jobs.counts();
if (pending + running === 0) await jobs.submit(request);

import { Job, JobResult } from '@atoll/contract/jobs';

/** What this browser remembers of a run: enough for a line of the list before the service has been asked. */
export const KnownRun = Job.pick({
  jobId: true,
  status: true,
  caseId: true,
  engine: true,
  preset: true,
  options: true,
  createdAt: true,
}).extend({ volumeMl: JobResult.shape.volumeMl });
export type KnownRun = ReturnType<typeof KnownRun.parse>;

export function knownRunOf(job: Job): KnownRun {
  const { jobId, status, caseId, engine, preset, options, createdAt, result } = job;
  return { jobId, status, caseId, engine, preset, options, createdAt, volumeMl: result?.volumeMl ?? null };
}

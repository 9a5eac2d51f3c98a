import { Job, JobResult } from '@atoll/contract/jobs';
import { RevisionSummary } from '@atoll/contract/revisions';

/** What this browser remembers of a run: enough for a line of the list before the service has been asked. */
export const KnownRun = Job.pick({
  jobId: true,
  status: true,
  caseId: true,
  engine: true,
  preset: true,
  options: true,
  createdAt: true,
}).extend({
  /** Of the newest mask. */
  volumeMl: JobResult.shape.volumeMl,
  /** The newest revision; null where the mask is the engine's own. */
  review: RevisionSummary.pick({ verdict: true, author: true }).nullable().default(null),
});
export type KnownRun = ReturnType<typeof KnownRun.parse>;

export function knownRunOf(job: Job): KnownRun {
  const { jobId, status, caseId, engine, preset, options, createdAt, result, revision } = job;
  const volumeMl = revision?.volumeMl ?? result?.volumeMl ?? null;
  const review = revision === null ? null : { verdict: revision.verdict, author: revision.author };
  return { jobId, status, caseId, engine, preset, options, createdAt, volumeMl, review };
}

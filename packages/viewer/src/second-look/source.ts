import type { Job } from '@atoll/contract/jobs';
import type { Report } from '@atoll/contract/report';
import type { LocalRun } from '../local-run/use-local-run.ts';

/** Where a file is: a URL, or its bytes where the page has them and asks nobody. */
type FileAt = string | Uint8Array;

/** A result with what came beside its mask. */
export type LookedAt = {
  /** Names the result. */
  readonly id: string;
  readonly report: Report;
  readonly missed: FileAt | null;
  readonly brain: FileAt | null;
};

export function lookedAtOfJob(job: Job | null): LookedAt | null {
  if (job?.result == null) return null;
  const { report, missedUrl, brainUrl } = job.result;
  return { id: `job ${job.jobId} ${missedUrl}`, report, missed: missedUrl, brain: brainUrl };
}

export function lookedAtOfLocalRun(run: LocalRun | null): LookedAt | null {
  if (run?.status !== 'done') return null;
  const { missed, brain } = run.results;
  return { id: `local ${run.number}`, report: run.report, missed, brain };
}

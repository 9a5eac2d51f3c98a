import type { ErrorCode } from '@atoll/errors/catalogue';

export type JobStatus = 'pending' | 'running' | 'completed' | 'failed' | 'cancelled';

/** What a job is asked to do. */
export type JobRequest = {
  readonly caseId: string;
  readonly engine: string;
  readonly preset: string;
  /** As the original's contract has it; only DeepISLES knows a difference. */
  readonly fastMode: boolean;
};

/** A job as it stands. Times are null until they happen. */
export type Job = JobRequest & {
  /** 128 random bits in hexadecimal. */
  readonly jobId: string;
  readonly status: JobStatus;
  /** 0–100; never falls while the job runs. */
  readonly progress: number;
  readonly progressMessage: string;
  /** Id of the engine's stage that runs now. */
  readonly stage: string | null;
  readonly error: { readonly code: ErrorCode; readonly message: string } | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
};

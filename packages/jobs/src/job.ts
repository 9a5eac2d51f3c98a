import type { Owner } from '@atoll/access/visitor';
import type { ErrorCode } from '@atoll/errors/catalogue';
import type { StoreKind } from '@atoll/store/store';

/** 128 random bits in hexadecimal. */
export const isJobId = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);

/** Files of finished jobs, by their ids. */
export const resultKind: StoreKind = { prefix: 'results', isId: isJobId };

export type JobStatus = 'pending' | 'running' | 'completed' | 'failed' | 'cancelled';

/** Whether nothing more becomes of a job. */
export function hasEnded(status: string): boolean {
  return status !== 'pending' && status !== 'running';
}

/** What a job is asked to do. */
export type JobRequest = {
  readonly caseId: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly preset: string;
  /** Ids of the engine's options that are on, in the engine's order. */
  readonly options: readonly string[];
};

/** Somebody waits for an interactive job, so it goes before all of a batch. */
export type JobPriority = 'interactive' | 'batch';

/** A job as it stands. Times are null until they happen. */
export type Job = JobRequest & {
  /** 128 random bits in hexadecimal. */
  readonly jobId: string;
  /** Grows with every change. */
  readonly version: number;
  readonly priority: JobPriority;
  readonly status: JobStatus;
  /** 0–100; never falls while the job runs. */
  readonly progress: number;
  readonly progressMessage: string;
  /** Id of the engine’s current stage. */
  readonly stage: string | null;
  readonly error: { readonly code: ErrorCode; readonly message: string } | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** How many revisions readers have made of its result; the newest has this number. */
  readonly revisions: number;
  /** Whom it belongs to; null where nobody has to sign in. */
  readonly owner: Owner | null;
};

import { type ErrorCode, isErrorCode } from '@atoll/errors/catalogue';

import type { Sql } from './database.ts';
import { and, count, eq, inArray, lte, sql } from './drizzle.ts';
import type { Job, JobRequest } from './job.ts';
import { jobs } from './schema.ts';

/** What an attempt reports while it runs: `progress` is 0–100. */
export type JobProgress = { readonly progress: number; readonly message: string; readonly stage: string };

export type JobFailure = { readonly code: ErrorCode; readonly message: string };

/**
 * The table of jobs. Each change of state is one conditional UPDATE, so that of two that race (a cancel and a
 * completion, two attempts) exactly one wins; a method says by its answer whether it did.
 */
export class JobTable {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async insert(jobId: string, request: JobRequest): Promise<Job> {
    const { caseId, engine, preset, fastMode } = request;
    const [row] = await this.#sql
      .insert(jobs)
      .values({
        jobId,
        caseId,
        engine,
        preset,
        fastMode,
        status: 'pending',
        progressMessage: 'Waiting in the queue',
      })
      .returning();
    return toJob(row);
  }

  async get(jobId: string): Promise<Job | null> {
    const [row] = await this.#sql.select().from(jobs).where(eq(jobs.jobId, jobId));
    return row === undefined ? null : toJob(row);
  }

  async counts(): Promise<{ pending: number; running: number }> {
    const rows = await this.#sql
      .select({ status: jobs.status, total: count() })
      .from(jobs)
      .where(unfinished)
      .groupBy(jobs.status);
    const of = (status: string) => rows.find((row) => row.status === status)?.total ?? 0;
    return { pending: of('pending'), running: of('running') };
  }

  /** An attempt takes the job. null when the job has ended, or a later attempt has it. */
  async claim(jobId: string, attempt: number): Promise<Job | null> {
    const [row] = await this.#sql
      .update(jobs)
      .set({
        status: 'running',
        attempt,
        startedAt: sql`coalesce(${jobs.startedAt}, now())`,
        progress: 0,
        stage: null,
        progressMessage: attempt === 0 ? 'Starting' : 'Starting again after an interruption',
      })
      .where(and(eq(jobs.jobId, jobId), unfinished, lte(jobs.attempt, attempt)))
      .returning();
    return row === undefined ? null : toJob(row);
  }

  /** Less progress than is known already changes nothing. */
  async report(jobId: string, attempt: number, { progress, message, stage }: JobProgress): Promise<void> {
    await this.#sql
      .update(jobs)
      .set({ progress, progressMessage: message, stage })
      .where(and(held(jobId, attempt), lte(jobs.progress, progress)));
  }

  async complete(jobId: string, attempt: number): Promise<boolean> {
    const rows = await this.#sql
      .update(jobs)
      .set({
        status: 'completed',
        progress: 100,
        progressMessage: 'Done',
        stage: null,
        finishedAt: sql`now()`,
      })
      .where(held(jobId, attempt))
      .returning({ jobId: jobs.jobId });
    return rows.length > 0;
  }

  async fail(jobId: string, attempt: number, failure: JobFailure): Promise<boolean> {
    const rows = await this.#sql
      .update(jobs)
      .set(failed(failure))
      .where(held(jobId, attempt))
      .returning({ jobId: jobs.jobId });
    return rows.length > 0;
  }

  /** For a job that no attempt will come to any more. */
  async giveUp(jobId: string, failure: JobFailure): Promise<void> {
    await this.#sql
      .update(jobs)
      .set(failed(failure))
      .where(and(eq(jobs.jobId, jobId), unfinished));
  }

  /** Back to the queue: the attempt was interrupted, the job was not. */
  async release(jobId: string, attempt: number): Promise<void> {
    await this.#sql.update(jobs).set(waitingAgain).where(held(jobId, attempt));
  }

  /** Back to the queue with all that "run" in a process that is gone. */
  async releaseAll(): Promise<void> {
    await this.#sql.update(jobs).set(waitingAgain).where(eq(jobs.status, 'running'));
  }

  /** Ids of the jobs that have not ended. */
  async open(): Promise<string[]> {
    const rows = await this.#sql.select({ jobId: jobs.jobId }).from(jobs).where(unfinished);
    return rows.map((row) => row.jobId);
  }

  /** null when the job is unknown or has ended. */
  async cancel(jobId: string): Promise<Job | null> {
    const [row] = await this.#sql
      .update(jobs)
      .set({ status: 'cancelled', stage: null, progressMessage: 'Cancelled', finishedAt: sql`now()` })
      .where(and(eq(jobs.jobId, jobId), unfinished))
      .returning();
    return row === undefined ? null : toJob(row);
  }

  async delete(jobId: string): Promise<void> {
    await this.#sql.delete(jobs).where(eq(jobs.jobId, jobId));
  }
}

const unfinished = inArray(jobs.status, ['pending', 'running']);

/** The fence: only the attempt that has the job may say anything about it. */
const held = (jobId: string, attempt: number) =>
  and(eq(jobs.jobId, jobId), eq(jobs.status, 'running'), eq(jobs.attempt, attempt));

const failed = ({ code, message }: JobFailure) => ({
  status: 'failed' as const,
  progressMessage: 'Failed',
  stage: null,
  errorCode: code,
  errorMessage: message,
  finishedAt: sql`now()`,
});

const waitingAgain = {
  status: 'pending' as const,
  progress: 0,
  stage: null,
  progressMessage: 'Waiting to start again',
};

function toJob({ attempt: _attempt, errorCode, errorMessage, ...job }: typeof jobs.$inferSelect): Job {
  // A code that this version does not know comes from a later one's database.
  const code = errorCode === null ? null : isErrorCode(errorCode) ? errorCode : 'INTERNAL';
  return { ...job, error: code === null ? null : { code, message: errorMessage ?? '' } };
}

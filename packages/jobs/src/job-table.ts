import { type ErrorCode, isErrorCode } from '@atoll/errors/catalogue';
import { and, count, eq, inArray, lt, sql } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type { Job, JobRequest } from './job.ts';
import { jobs } from './schema.ts';

/** A database or a transaction in it, PGlite's or PostgreSQL's. */
type Sql = PgDatabase<PgQueryResultHKT>;

/** What an attempt reports while it runs. */
export type JobProgress = { readonly progress: number; readonly message: string; readonly stage: string };

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
    const [row] = await this.#sql
      .insert(jobs)
      .values({ jobId, ...request, status: 'pending', progressMessage: 'Waiting in the queue' })
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
      .where(inArray(jobs.status, ['pending', 'running']))
      .groupBy(jobs.status);
    const of = (status: string) => rows.find((row) => row.status === status)?.total ?? 0;
    return { pending: of('pending'), running: of('running') };
  }

  /** An attempt takes the job. null when it was cancelled, or a later attempt has it. */
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
      .where(
        and(
          eq(jobs.jobId, jobId),
          inArray(jobs.status, ['pending', 'running']),
          sql`${jobs.attempt} <= ${attempt}`,
        ),
      )
      .returning();
    return row === undefined ? null : toJob(row);
  }

  async report(jobId: string, attempt: number, { progress, message, stage }: JobProgress): Promise<void> {
    await this.#sql
      .update(jobs)
      .set({ progress, progressMessage: message, stage })
      .where(and(held(jobId, attempt), lt(jobs.progress, progress + 1)));
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

  async fail(
    jobId: string,
    attempt: number | null,
    error: { code: ErrorCode; message: string },
  ): Promise<boolean> {
    const rows = await this.#sql
      .update(jobs)
      .set({
        status: 'failed',
        progressMessage: 'Failed',
        stage: null,
        errorCode: error.code,
        errorMessage: error.message,
        finishedAt: sql`now()`,
      })
      .where(attempt === null ? open(jobId) : held(jobId, attempt))
      .returning({ jobId: jobs.jobId });
    return rows.length > 0;
  }

  /** Back to the queue: the attempt was interrupted, the job was not. */
  async release(jobId: string, attempt: number): Promise<void> {
    await this.#sql
      .update(jobs)
      .set({ status: 'pending', progress: 0, stage: null, progressMessage: 'Waiting to start again' })
      .where(held(jobId, attempt));
  }

  /** null when the job is unknown or has ended. */
  async cancel(jobId: string): Promise<Job | null> {
    const [row] = await this.#sql
      .update(jobs)
      .set({ status: 'cancelled', stage: null, progressMessage: 'Cancelled', finishedAt: sql`now()` })
      .where(open(jobId))
      .returning();
    return row === undefined ? null : toJob(row);
  }

  async delete(jobId: string): Promise<void> {
    await this.#sql.delete(jobs).where(eq(jobs.jobId, jobId));
  }
}

const held = (jobId: string, attempt: number) =>
  and(eq(jobs.jobId, jobId), eq(jobs.status, 'running'), eq(jobs.attempt, attempt));

const open = (jobId: string) => and(eq(jobs.jobId, jobId), inArray(jobs.status, ['pending', 'running']));

function toJob(row: typeof jobs.$inferSelect): Job {
  const { errorCode, errorMessage, attempt: _attempt, ...job } = row;
  // A code that this version does not know comes from a later one's database.
  const code = errorCode === null ? null : isErrorCode(errorCode) ? errorCode : 'INTERNAL';
  return { ...job, error: code === null ? null : { code, message: errorMessage ?? '' } };
}

import type { Owner } from '@atoll/access/visitor';
import { type ErrorCode, isErrorCode } from '@atoll/errors/catalogue';
import type { Sql } from './database.ts';
import { and, arrayOverlaps, desc, eq, gt, inArray, lt, lte, or, sql } from './drizzle.ts';
import type { Job, JobPriority, JobRequest } from './job.ts';
import { jobs } from './schema.ts';

/** What an attempt reports while it runs: `progress` is 0–100. */
export type JobProgress = { readonly progress: number; readonly message: string; readonly stage: string };

export type JobFailure = { readonly code: ErrorCode; readonly message: string };

/** What the queue wants to know of a job beside the request itself. */
export type Ticket = {
  readonly priority: JobPriority;
  /** Who submits it, as a hash; null counts for nobody. */
  readonly client: string | null;
  /** Random, of the submitter's making: the same submission, sent again, has the same. */
  readonly submissionKey: string | null;
  /** Whom it will belong to. */
  readonly owner: Owner | null;
};

/**
 * The table of jobs. Each change of state is one conditional UPDATE, so that of two that race (a cancel and a
 * completion, two attempts) exactly one wins; a method says by its answer whether it did.
 */
export class JobTable {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** @returns null when there is a job of the ticket's submission key. */
  async insert(jobId: string, request: JobRequest, ticket: Ticket = anyTicket): Promise<Job | null> {
    const { caseId, engine, engineVersion, preset, options } = request;
    const { owner, ...told } = ticket;
    const [row] = await this.#sql
      .insert(jobs)
      .values({
        jobId,
        caseId,
        engine,
        engineVersion,
        preset,
        options: [...options],
        ...told,
        owner: owner?.id ?? null,
        ownerGroups: [...(owner?.groups ?? [])],
        status: 'pending',
        progressMessage: waiting,
      })
      // The key of a submission that is just being taken in elsewhere: this waits for it to be committed.
      .onConflictDoNothing()
      .returning();
    return row === undefined ? null : toJob(row);
  }

  async findSubmission(submissionKey: string): Promise<Job | null> {
    const [row] = await this.#sql.select().from(jobs).where(eq(jobs.submissionKey, submissionKey));
    return row === undefined ? null : toJob(row);
  }

  async get(jobId: string): Promise<Job | null> {
    const [row] = await this.#sql.select().from(jobs).where(eq(jobs.jobId, jobId));
    return row === undefined ? null : toJob(row);
  }

  /**
   * The newest completed job that was asked for just this, and ended after `since`. None that somebody reviewed: who
   * asks for the engine's mask is not answered with another reader's correction of it.
   * @param owner who asks; null where nobody has to sign in. Of others' jobs they would learn by the answer that there
   *   are any, so those alone count that are theirs or are shared with a group that they share with.
   */
  async findSame(request: JobRequest, since: Date, owner: Owner | null = null): Promise<Job | null> {
    const { caseId, engine, engineVersion, preset, options } = request;
    const [row] = await this.#sql
      .select()
      .from(jobs)
      .where(
        and(
          eq(jobs.status, 'completed'),
          eq(jobs.caseId, caseId),
          eq(jobs.engine, engine),
          eq(jobs.engineVersion, engineVersion),
          eq(jobs.preset, preset),
          eq(jobs.options, [...options]),
          eq(jobs.revisions, 0),
          gt(jobs.finishedAt, since),
          owner === null ? undefined : belongsTo(owner),
        ),
      )
      .orderBy(desc(jobs.finishedAt))
      .limit(1);
    return row === undefined ? null : toJob(row);
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
        progressMessage: attempt === 0 ? 'Starting' : 'Restarting after an interruption',
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
    await this.#sql
      .update(jobs)
      .set({ ...waitingAgain, stage: null })
      .where(held(jobId, attempt));
  }

  /** Back to the queue with all that "run" in a process that is gone. */
  async releaseAll(): Promise<void> {
    await this.#sql
      .update(jobs)
      .set({ ...waitingAgain, stage: null })
      .where(eq(jobs.status, 'running'));
  }

  /** A job that an earlier attempt still claims to run goes back to wait for so long. @returns whether there is one. */
  async letRest(jobId: string, attempt: number, seconds: number): Promise<boolean> {
    const rows = await this.#sql
      .update(jobs)
      .set({ ...waitingAgain, stage: null, progressMessage: restingMessage(seconds) })
      .where(and(eq(jobs.jobId, jobId), eq(jobs.status, 'running'), lt(jobs.attempt, attempt)))
      .returning({ jobId: jobs.jobId });
    return rows.length > 0;
  }

  /** Says of jobs that wait why they do not run at once. */
  async sayResting(jobIds: readonly string[], seconds: number): Promise<void> {
    if (jobIds.length === 0) return;
    await this.#sql
      .update(jobs)
      .set({ progressMessage: restingMessage(seconds) })
      .where(and(inArray(jobs.jobId, [...jobIds]), eq(jobs.status, 'pending')));
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

  /** All jobs of a case, as far as its keeping needs to know them. */
  async ofCase(caseId: string): Promise<Pick<Job, 'jobId' | 'status' | 'finishedAt'>[]> {
    return this.#sql
      .select({ jobId: jobs.jobId, status: jobs.status, finishedAt: jobs.finishedAt })
      .from(jobs)
      .where(eq(jobs.caseId, caseId));
  }
}

const anyTicket: Ticket = { priority: 'interactive', client: null, submissionKey: null, owner: null };

const belongsTo = ({ id, groups }: Owner) =>
  groups.length === 0
    ? eq(jobs.owner, id)
    : or(eq(jobs.owner, id), arrayOverlaps(jobs.ownerGroups, [...groups]));

export const unfinished = inArray(jobs.status, ['pending', 'running']);

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

/** What a new job says. */
export const waiting = 'Waiting in the queue';

const restingMessage = (seconds: number) =>
  `Atoll stopped twice while this job ran; it waits ${seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`} before the next attempt`;

export const waitingAgain = {
  status: 'pending' as const,
  progress: 0,
  progressMessage: 'Waiting to restart',
};

/** A code that this version does not know comes from a later one's database. */
export function knownCode(errorCode: string | null): ErrorCode | null {
  return errorCode === null || isErrorCode(errorCode) ? errorCode : 'INTERNAL';
}

function toJob({
  attempt: _attempt,
  client: _client,
  submissionKey: _submissionKey,
  errorCode,
  errorMessage,
  owner,
  ownerGroups,
  ...job
}: typeof jobs.$inferSelect): Job {
  const code = knownCode(errorCode);
  return {
    ...job,
    owner: owner === null ? null : { id: owner, groups: ownerGroups },
    error: code === null ? null : { code, message: errorMessage ?? '' },
  };
}

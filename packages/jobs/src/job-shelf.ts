import type { Sql } from './database.ts';
import { and, asc, eq, gt, inArray, lt, sql } from './drizzle.ts';
import type { Job } from './job.ts';
import type { JobRecord } from './job-record.ts';
import { knownCode, waitingAgain } from './job-table.ts';
import { expiredCases, expiredJobs, identity, jobs } from './schema.ts';

/** Jobs as they are kept and given away: their expiry, and the rows of archives. */
export class JobShelf {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Ids of jobs that ended before, the oldest first. */
  async endedBefore(moment: Date, limit: number): Promise<string[]> {
    const rows = await this.#sql
      .select({ jobId: jobs.jobId })
      .from(jobs)
      .where(lt(jobs.finishedAt, moment))
      .orderBy(asc(jobs.finishedAt))
      .limit(limit);
    return rows.map(({ jobId }) => jobId);
  }

  /** Takes an ended job out and remembers that there was one. */
  async expire(jobId: string): Promise<void> {
    await this.#sql.execute(sql`
      WITH gone AS (
        DELETE FROM ${jobs} WHERE job_id = ${jobId} AND finished_at IS NOT NULL RETURNING job_id
      )
      INSERT INTO ${expiredJobs} (job_id) SELECT job_id FROM gone ON CONFLICT DO NOTHING`);
  }

  async isExpired(jobId: string): Promise<boolean> {
    const rows = await this.#sql.select().from(expiredJobs).where(eq(expiredJobs.jobId, jobId));
    return rows.length > 0;
  }

  /** Forgets ids that expired long ago. */
  async forgetExpired(before: Date): Promise<void> {
    await this.#sql.delete(expiredJobs).where(lt(expiredJobs.expiredAt, before));
    await this.#sql.delete(expiredCases).where(lt(expiredCases.expiredAt, before));
  }

  /** All jobs of a case, as far as its keeping needs to know them. */
  async ofCase(caseId: string): Promise<Pick<Job, 'jobId' | 'status' | 'finishedAt'>[]> {
    return this.#sql
      .select({ jobId: jobs.jobId, status: jobs.status, finishedAt: jobs.finishedAt })
      .from(jobs)
      .where(eq(jobs.caseId, caseId));
  }

  /** Remembers that there was such a case. */
  async expireCase(caseId: string): Promise<void> {
    await this.#sql.insert(expiredCases).values({ caseId }).onConflictDoNothing();
  }

  async isCaseExpired(caseId: string): Promise<boolean> {
    const rows = await this.#sql.select().from(expiredCases).where(eq(expiredCases.caseId, caseId));
    return rows.length > 0;
  }

  /** Those of the ids whose files may be kept: jobs that run, wait or are completed. */
  async keepers(jobIds: readonly string[]): Promise<Set<string>> {
    if (jobIds.length === 0) return new Set();
    const rows = await this.#sql
      .select({ jobId: jobs.jobId })
      .from(jobs)
      .where(
        and(inArray(jobs.jobId, [...jobIds]), inArray(jobs.status, ['pending', 'running', 'completed'])),
      );
    return new Set(rows.map(({ jobId }) => jobId));
  }

  /** Those of the ids that this database has or had a job of. */
  async everKnown(jobIds: readonly string[]): Promise<Set<string>> {
    if (jobIds.length === 0) return new Set();
    const ids = [...jobIds];
    const [there, gone] = await Promise.all([
      this.#sql.select({ jobId: jobs.jobId }).from(jobs).where(inArray(jobs.jobId, ids)),
      this.#sql.select({ jobId: expiredJobs.jobId }).from(expiredJobs).where(inArray(expiredJobs.jobId, ids)),
    ]);
    return new Set([...there, ...gone].map(({ jobId }) => jobId));
  }

  /** Which database this is: 128 random bits in hexadecimal. */
  async databaseId(): Promise<string> {
    const [{ databaseId }] = await this.#sql.select().from(identity);
    return databaseId;
  }

  /** All rows. What runs is given as what waits: it will have to run again. */
  async *records(): AsyncGenerator<JobRecord> {
    let last = '';
    for (;;) {
      const rows = await this.#sql
        .select()
        .from(jobs)
        .where(gt(jobs.jobId, last))
        .orderBy(asc(jobs.jobId))
        .limit(recordsAtOnce);
      for (const row of rows) yield toRecord(row);
      if (rows.length < recordsAtOnce) return;
      last = rows[rows.length - 1].jobId;
    }
  }

  /** @returns false when there is a job of this id. */
  async adopt(record: JobRecord): Promise<boolean> {
    const rows = await this.#sql
      .insert(jobs)
      .values(record)
      .onConflictDoNothing()
      .returning({ jobId: jobs.jobId });
    return rows.length > 0;
  }
}

const recordsAtOnce = 500;

function toRecord(row: typeof jobs.$inferSelect): JobRecord {
  const {
    attempt: _attempt,
    version: _version,
    client: _client,
    submissionKey: _submissionKey,
    stage: _stage,
    ...kept
  } = row;
  const { errorCode, status } = kept;
  return {
    ...kept,
    errorCode: knownCode(errorCode),
    ...(status === 'running' ? { ...waitingAgain, startedAt: null } : { status }),
  };
}

import type { Sql } from './database.ts';
import { asc, eq, lt, sql } from './drizzle.ts';
import { RevisionTable } from './revision-table.ts';
import { expiredCases, expiredJobs, jobs } from './schema.ts';

/** Which jobs and cases are due to go, and which have gone: of those only the ids are remembered. */
export class ExpiryTable {
  readonly #sql: Sql;

  constructor(database: Sql) {
    this.#sql = database;
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

  /** Ids of all sets of files that go with a job: those of its revisions, then its own. */
  async setsOf(jobId: string): Promise<string[]> {
    const revised = await new RevisionTable(this.#sql).ofJobs([jobId]);
    return [...revised.map(({ revisionId }) => revisionId), jobId];
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

  /** Remembers that there was such a case. */
  async expireCase(caseId: string): Promise<void> {
    await this.#sql.insert(expiredCases).values({ caseId }).onConflictDoNothing();
  }

  async isCaseExpired(caseId: string): Promise<boolean> {
    const rows = await this.#sql.select().from(expiredCases).where(eq(expiredCases.caseId, caseId));
    return rows.length > 0;
  }
}

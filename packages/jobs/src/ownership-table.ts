import type { Sql } from './database.ts';
import { and, inArray } from './drizzle.ts';
import { expiredJobs, identity, jobs } from './schema.ts';

/** Which files the rows of this database lay claim to. */
export class OwnershipTable {
  readonly #sql: Sql;

  constructor(database: Sql) {
    this.#sql = database;
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
}

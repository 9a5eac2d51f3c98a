import type { Sql } from './database.ts';
import { and, inArray } from './drizzle.ts';
import { RevisionTable } from './revision-table.ts';
import { expiredJobs, identity, jobs } from './schema.ts';

/** Which files the rows of this database lay claim to. */
export class OwnershipTable {
  readonly #sql: Sql;

  constructor(database: Sql) {
    this.#sql = database;
  }

  /** Those of the ids whose files may be kept: of jobs that run, wait or are completed, and of revisions. */
  async keepers(jobIds: readonly string[]): Promise<Set<string>> {
    if (jobIds.length === 0) return new Set();
    const [own, revised] = await Promise.all([
      this.#sql
        .select({ jobId: jobs.jobId })
        .from(jobs)
        .where(
          and(inArray(jobs.jobId, [...jobIds]), inArray(jobs.status, ['pending', 'running', 'completed'])),
        ),
      new RevisionTable(this.#sql).those(jobIds),
    ]);
    return new Set([...own.map(({ jobId }) => jobId), ...revised]);
  }

  /** Those of the ids that this database has or had a job of, or has a revision of. */
  async everKnown(jobIds: readonly string[]): Promise<Set<string>> {
    if (jobIds.length === 0) return new Set();
    const ids = [...jobIds];
    const [revised, there, gone] = await Promise.all([
      new RevisionTable(this.#sql).those(ids),
      this.#sql.select({ jobId: jobs.jobId }).from(jobs).where(inArray(jobs.jobId, ids)),
      this.#sql.select({ jobId: expiredJobs.jobId }).from(expiredJobs).where(inArray(expiredJobs.jobId, ids)),
    ]);
    return new Set([...[...there, ...gone].map(({ jobId }) => jobId), ...revised]);
  }

  /** Which database this is: 128 random bits in hexadecimal. */
  async databaseId(): Promise<string> {
    const [{ databaseId }] = await this.#sql.select().from(identity);
    return databaseId;
  }
}

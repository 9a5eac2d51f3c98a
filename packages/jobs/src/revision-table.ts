import type { Sql } from './database.ts';
import { and, asc, eq, inArray, sql } from './drizzle.ts';
import type { Revision } from './revision.ts';
import { jobs, revisions } from './schema.ts';

/** The revisions of results, on a database or in a transaction of it. */
export class RevisionTable {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Of some jobs, the oldest of each first. */
  async ofJobs(jobIds: readonly string[]): Promise<Revision[]> {
    if (jobIds.length === 0) return [];
    return this.#sql
      .select()
      .from(revisions)
      .where(inArray(revisions.jobId, [...jobIds]))
      .orderBy(asc(revisions.jobId), asc(revisions.number));
  }

  /** Those of the ids that are of revisions. */
  async those(ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    const rows = await this.#sql
      .select({ revisionId: revisions.revisionId })
      .from(revisions)
      .where(inArray(revisions.revisionId, [...ids]));
    return rows.map(({ revisionId }) => revisionId);
  }

  async get(jobId: string, number: number): Promise<Revision | null> {
    const [row] = await this.#sql
      .select()
      .from(revisions)
      .where(and(eq(revisions.jobId, jobId), eq(revisions.number, number)));
    return row ?? null;
  }

  /**
   * Adds the next revision of a completed job; in a transaction.
   * @returns false when its parent is not the newest any more, or the job is gone.
   */
  async add(revision: Revision): Promise<boolean> {
    const counted = await this.#sql
      .update(jobs)
      .set({ revisions: sql`${jobs.revisions} + 1` })
      .where(
        and(
          eq(jobs.jobId, revision.jobId),
          eq(jobs.status, 'completed'),
          eq(jobs.revisions, revision.parent),
        ),
      )
      .returning({ revisions: jobs.revisions });
    if (counted.length === 0) return false;
    await this.#sql.insert(revisions).values(revision);
    return true;
  }

  /** Puts back those of an archive, whose job was put back before. */
  async adopt(adopted: readonly Revision[]): Promise<void> {
    if (adopted.length > 0) await this.#sql.insert(revisions).values([...adopted]);
  }
}

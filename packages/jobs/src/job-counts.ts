import type { Sql } from './database.ts';
import { and, asc, count, desc, eq, gte, sql } from './drizzle.ts';
import type { Job } from './job.ts';
import { unfinished } from './job-table.ts';
import { jobs } from './schema.ts';

/** How many jobs wait and run, in which order, and how long they take. */
export class JobCounts {
  readonly #sql: Sql;

  constructor(database: Sql) {
    this.#sql = database;
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

  /** How many jobs of each engine wait and run. */
  async depth(): Promise<{ engine: string; status: string; total: number }[]> {
    return this.#sql
      .select({ engine: jobs.engine, status: jobs.status, total: count() })
      .from(jobs)
      .where(unfinished)
      .groupBy(jobs.engine, jobs.status);
  }

  /** Until the end of the transaction nobody else counts: of two that find one place left, one must see the other. */
  async lockCounting(): Promise<void> {
    await this.#sql.execute(sql`SELECT pg_advisory_xact_lock(${countingLock})`);
  }

  /** How many jobs of this client wait. */
  async pendingOf(client: string): Promise<number> {
    const [row] = await this.#sql
      .select({ total: count() })
      .from(jobs)
      .where(and(eq(jobs.client, client), eq(jobs.status, 'pending')));
    return row.total;
  }

  /** All that run or wait, in the order in which they get their turn. */
  async line(): Promise<readonly Pick<Job, 'jobId' | 'status' | 'engine' | 'startedAt'>[]> {
    return this.#sql
      .select({ jobId: jobs.jobId, status: jobs.status, engine: jobs.engine, startedAt: jobs.startedAt })
      .from(jobs)
      .where(unfinished)
      .orderBy(desc(jobs.priority), asc(jobs.createdAt));
  }

  /** Mean seconds that an engine's newest completed jobs ran; of those engines alone that completed one. */
  async meanRunSeconds(): Promise<Map<string, number>> {
    const newest = this.#sql
      .select({
        engine: jobs.engine,
        seconds: sql<number>`extract(epoch from ${jobs.finishedAt} - ${jobs.startedAt})`.as('seconds'),
      })
      .from(jobs)
      // A clock that was set back in the middle of a run has it end before it began.
      .where(and(eq(jobs.status, 'completed'), gte(jobs.finishedAt, jobs.startedAt)))
      .orderBy(desc(jobs.finishedAt))
      .limit(measuredRuns)
      .as('newest');
    const rows = await this.#sql
      .select({ engine: newest.engine, mean: sql<string>`avg(${newest.seconds})` })
      .from(newest)
      .groupBy(newest.engine);
    return new Map(rows.map(({ engine, mean }) => [engine, Number(mean)]));
  }
}

/** Any number, the same in all processes. */
const countingLock = 7_284_662;

/** So many of the newest runs tell how long the next will take. */
const measuredRuns = 60;

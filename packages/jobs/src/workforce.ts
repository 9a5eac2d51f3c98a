import { randomUUID } from 'node:crypto';
import type { Sql } from './database.ts';
import { eq, lt, sql } from './drizzle.ts';
import { workers } from './schema.ts';

const beatMs = 5000;
/** A process that was not heard of for so long does not count. */
const missingAfter = sql`now() - interval '20 seconds'`;

/** Which processes run jobs, and how many at once in all. */
export class Workforce {
  readonly #sql: Sql;
  readonly #workerId = randomUUID();
  readonly #onError: (error: unknown) => void;
  #beat: NodeJS.Timeout | null = null;

  constructor(database: Sql, onError: (error: unknown) => void) {
    this.#sql = database;
    this.#onError = onError;
  }

  /** Says that this process runs jobs, and keeps saying so. */
  async join(slots: number): Promise<void> {
    const say = async () => {
      await this.#sql
        .insert(workers)
        .values({ workerId: this.#workerId, slots })
        .onConflictDoUpdate({ target: workers.workerId, set: { seenAt: sql`now()` } });
      await this.#sql.delete(workers).where(lt(workers.seenAt, missingAfter));
    };
    await say();
    this.#beat = setInterval(() => {
      say().catch(this.#onError);
    }, beatMs).unref();
  }

  async leave(): Promise<void> {
    if (this.#beat === null) return;
    clearInterval(this.#beat);
    await this.#sql.delete(workers).where(eq(workers.workerId, this.#workerId));
  }

  /** Jobs that can run at once in all processes that live. */
  async slots(): Promise<number> {
    const [row] = await this.#sql
      .select({ total: sql<string>`coalesce(sum(${workers.slots}), 0)` })
      .from(workers)
      .where(sql`${workers.seenAt} >= ${missingAfter}`);
    return Number(row.total);
  }
}

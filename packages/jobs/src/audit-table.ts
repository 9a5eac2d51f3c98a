import type { AuditEntry } from '@atoll/access/audit-entry';
import type { AuditWish } from '@atoll/access/records';
import type { Sql } from './database.ts';
import { and, desc, eq, gte, lt, sql } from './drizzle.ts';
import { audit } from './schema.ts';

/** More is not kept, whatever its age: some hundred megabytes. */
const mostEntries = 1_000_000;

/** The log of who did what. */
export class AuditTable {
  readonly #sql: Sql;

  constructor(database: Sql) {
    this.#sql = database;
  }

  async add(entries: readonly AuditEntry[]): Promise<void> {
    if (entries.length > 0) await this.#sql.insert(audit).values([...entries]);
  }

  /** The newest first. */
  async list({ since, who, subject, before, limit }: AuditWish) {
    return this.#sql
      .select()
      .from(audit)
      .where(
        and(
          since === undefined ? undefined : gte(audit.at, since),
          who === undefined ? undefined : eq(audit.who, who),
          subject === undefined ? undefined : eq(audit.subject, subject),
          before === undefined ? undefined : lt(audit.number, before),
        ),
      )
      .orderBy(desc(audit.number))
      .limit(limit);
  }

  async forget(before: Date): Promise<void> {
    await this.#sql.delete(audit).where(lt(audit.at, before));
    await this.#sql.execute(
      sql`DELETE FROM ${audit} WHERE number <= (SELECT max(number) FROM ${audit}) - ${mostEntries}`,
    );
  }
}

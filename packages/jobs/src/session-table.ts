import type { Session, SessionRenewal } from '@atoll/access/records';
import type { Sql } from './database.ts';
import { and, eq, gt } from './drizzle.ts';
import { sessions } from './schema.ts';

/** People who signed in, by the hashes of what their browsers hold. */
export class SessionTable {
  readonly #sql: Sql;

  constructor(database: Sql) {
    this.#sql = database;
  }

  async add(session: Session, hash: string): Promise<void> {
    await this.#sql.insert(sessions).values({ ...session, groups: [...session.groups], hash });
  }

  async find(hash: string, now: Date): Promise<Session | null> {
    const [row] = await this.#sql
      .select()
      .from(sessions)
      .where(and(eq(sessions.hash, hash), gt(sessions.expiresAt, now)));
    return row === undefined ? null : withoutHash(row);
  }

  async extend(hash: string, expiresAt: Date): Promise<void> {
    await this.#sql.update(sessions).set({ expiresAt }).where(eq(sessions.hash, hash));
  }

  async claimRenewal(hash: string, due: Date, next: Date): Promise<boolean> {
    const rows = await this.#sql
      .update(sessions)
      .set({ renewAt: next })
      .where(and(eq(sessions.hash, hash), eq(sessions.renewAt, due)))
      .returning({ hash: sessions.hash });
    return rows.length > 0;
  }

  async renew(hash: string, { groups, ...renewal }: SessionRenewal): Promise<void> {
    await this.#sql
      .update(sessions)
      .set({ ...renewal, groups: [...groups] })
      .where(eq(sessions.hash, hash));
  }

  async remove(hash: string): Promise<Session | null> {
    const [row] = await this.#sql.delete(sessions).where(eq(sessions.hash, hash)).returning();
    return row === undefined ? null : withoutHash(row);
  }
}

function withoutHash({ hash: _hash, ...session }: typeof sessions.$inferSelect): Session {
  return session;
}

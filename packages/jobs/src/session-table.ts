import { randomBytes } from 'node:crypto';
import type { Session } from '@atoll/access/records';
import type { Sql } from './database.ts';
import { and, eq, gt } from './drizzle.ts';
import { cookieKey, sessions } from './schema.ts';

/** People who signed in, by the hashes of what their browsers hold; and the key of cookies. */
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

  async renew(hash: string, expiresAt: Date): Promise<void> {
    await this.#sql.update(sessions).set({ expiresAt }).where(eq(sessions.hash, hash));
  }

  async remove(hash: string): Promise<Session | null> {
    const [row] = await this.#sql.delete(sessions).where(eq(sessions.hash, hash)).returning();
    return row === undefined ? null : withoutHash(row);
  }

  async cookieKey(): Promise<Buffer> {
    // Of several processes that come at the same time, the first one's is everybody's.
    await this.#sql
      .insert(cookieKey)
      .values({ key: randomBytes(32).toString('hex') })
      .onConflictDoNothing();
    const [{ key }] = await this.#sql.select().from(cookieKey);
    return Buffer.from(key, 'hex');
  }
}

function withoutHash({ hash: _hash, ...session }: typeof sessions.$inferSelect): Session {
  return session;
}

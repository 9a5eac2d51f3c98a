import type { Share } from '@atoll/access/records';
import type { Sql } from './database.ts';
import { and, desc, eq, gt, isNull, sql } from './drizzle.ts';
import { shares } from './schema.ts';

/** Links to results, by their hashes; they go with their jobs. */
export class ShareTable {
  readonly #sql: Sql;

  constructor(database: Sql) {
    this.#sql = database;
  }

  async add(share: Share, hash: string): Promise<void> {
    await this.#sql.insert(shares).values({ ...share, hash });
  }

  async find(hash: string, now: Date): Promise<Share | null> {
    const [row] = await this.#sql
      .select()
      .from(shares)
      .where(and(eq(shares.hash, hash), isNull(shares.revokedAt), gt(shares.expiresAt, now)));
    return row === undefined ? null : withoutHash(row);
  }

  async get(shareId: string): Promise<Share | null> {
    const [row] = await this.#sql.select().from(shares).where(eq(shares.shareId, shareId));
    return row === undefined ? null : withoutHash(row);
  }

  async ofJob(jobId: string): Promise<readonly Share[]> {
    const rows = await this.#sql
      .select()
      .from(shares)
      .where(eq(shares.jobId, jobId))
      .orderBy(desc(shares.createdAt));
    return rows.map(withoutHash);
  }

  async revoke(shareId: string): Promise<boolean> {
    const rows = await this.#sql
      .update(shares)
      .set({ revokedAt: sql`now()` })
      .where(and(eq(shares.shareId, shareId), isNull(shares.revokedAt)))
      .returning({ shareId: shares.shareId });
    return rows.length > 0;
  }
}

function withoutHash({ hash: _hash, ...share }: typeof shares.$inferSelect): Share {
  return share;
}

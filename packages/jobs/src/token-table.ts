import type { Token } from '@atoll/access/records';
import type { Sql } from './database.ts';
import { and, desc, eq, gt, isNull, sql } from './drizzle.ts';
import { tokens } from './schema.ts';

/** Tokens for scripts, by their hashes. */
export class TokenTable {
  readonly #sql: Sql;

  constructor(database: Sql) {
    this.#sql = database;
  }

  async add(token: Token, hash: string): Promise<void> {
    const { groups, scopes } = token;
    await this.#sql.insert(tokens).values({ ...token, groups: [...groups], scopes: [...scopes], hash });
  }

  async find(hash: string, now: Date): Promise<Token | null> {
    const [row] = await this.#sql
      .select()
      .from(tokens)
      .where(and(eq(tokens.hash, hash), isNull(tokens.revokedAt), gt(tokens.expiresAt, now)));
    return row === undefined ? null : withoutHash(row);
  }

  async list(): Promise<readonly Token[]> {
    const rows = await this.#sql.select().from(tokens).orderBy(desc(tokens.createdAt));
    return rows.map(withoutHash);
  }

  async revoke(tokenId: string): Promise<boolean> {
    const rows = await this.#sql
      .update(tokens)
      .set({ revokedAt: sql`now()` })
      .where(and(eq(tokens.tokenId, tokenId), isNull(tokens.revokedAt)))
      .returning({ tokenId: tokens.tokenId });
    return rows.length > 0;
  }
}

function withoutHash({ hash: _hash, ...token }: typeof tokens.$inferSelect): Token {
  return token;
}

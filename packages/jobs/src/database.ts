import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type { ConstructorOptions, Db } from 'pg-boss';

/** Typed queries on a database or in a transaction of it, whichever PostgreSQL it is. */
export type Sql = PgDatabase<PgQueryResultHKT>;

/** One transaction, as the tables see it and as the queue sees it. */
type Transaction = { readonly sql: Sql; readonly queuePort: Db };

/** A statement whose one parameter is a text. */
export type Statement = { readonly text: string; readonly value: string };

/** The database as the rooms above see it: PostgreSQL, embedded in this process or a server of its own. */
export interface Database {
  readonly sql: Sql;
  /** Other processes may have it open as well. */
  readonly isShared: boolean;
  /** How the queue reaches it. */
  readonly queueConnection: Pick<ConstructorOptions, 'db' | 'backend' | 'connectionString' | 'max'>;
  /** What is written through either port of the transaction is there together, or not at all. */
  transaction<Result>(run: (transaction: Transaction) => Promise<Result>): Promise<Result>;
  /**
   * Runs statements in one call, all or none of them, each planned once for the life of the session. null where other
   * processes are at the same tables.
   * @returns the rows of each.
   */
  readonly atOnce: ((statements: readonly Statement[]) => Promise<Record<string, unknown>[][]>) | null;
  /** Writes the log's changes into the tables and lets the log's files go. */
  checkpoint(): Promise<void>;
  close(): Promise<void>;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { AtollError } from '@atoll/errors/error';
import { Pool, type PoolClient } from 'pg';
import { fromDrizzle } from 'pg-boss';
import type { Database } from './database.ts';
import { loadServerDrizzle, sql } from './drizzle.ts';
import { migrate } from './migrate.ts';

/** Connections of this process for the tables, and as many for the queue; one more listens. */
const poolSize = 6;
const connectTimeoutMs = 5000;
/** Any number, the same in all processes: who holds it may change the tables. */
const migrationLock = 7_284_661;
/** The oldest version that the tests run on. */
const oldestVersion = 15;

export type ServerDatabaseOptions = {
  /** postgres://user:password@host:port/database */
  readonly url: string;
  readonly onError?: (error: unknown) => void;
  /** How long a server that does not answer yet is waited for. */
  readonly patienceMs?: number;
};

/**
 * Opens a PostgreSQL server's database, which any number of processes on any machine may share, and brings its
 * tables up to date, one process at a time. A server that is just starting is waited for.
 * @throws AtollError DATABASE_UNREACHABLE, which never shows the address: it holds a password.
 */
export async function openServerDatabase({
  url,
  onError = () => undefined,
  patienceMs = 30_000,
}: ServerDatabaseOptions): Promise<Database> {
  const pool = new Pool({
    connectionString: url,
    max: poolSize,
    application_name: 'atoll',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
  });
  // An idle connection that the server ended; the next query makes a new one.
  pool.on('error', onError);
  try {
    const client = await connect(pool, performance.now() + patienceMs);
    try {
      await checkVersion(client);
      await bringUpToDate(client);
    } finally {
      client.release();
    }
  } catch (thrown) {
    await pool.end();
    throw thrown instanceof AtollError ? thrown : unreachable(thrown);
  }
  const typed = loadServerDrizzle()(pool);
  return {
    sql: typed,
    isShared: true,
    queueConnection: { connectionString: url, max: poolSize },
    transaction: (run) =>
      typed.transaction((transaction) => run({ sql: transaction, queuePort: fromDrizzle(transaction, sql) })),
    atOnce: null,
    // A server does that by itself.
    checkpoint: async () => undefined,
    close: () => pool.end(),
  };
}

/** Asks the server once, and changes nothing. @throws AtollError DATABASE_UNREACHABLE */
export async function checkServerDatabase(url: string): Promise<void> {
  const pool = new Pool({ connectionString: url, max: 1, connectionTimeoutMillis: connectTimeoutMs });
  try {
    const client = await connect(pool, performance.now());
    await checkVersion(client).finally(() => client.release());
  } catch (thrown) {
    throw thrown instanceof AtollError ? thrown : unreachable(thrown);
  } finally {
    await pool.end();
  }
}

async function connect(pool: Pool, deadline: number): Promise<PoolClient> {
  for (let waitMs = 200; ; waitMs = Math.min(2 * waitMs, 2000)) {
    try {
      return await pool.connect();
    } catch (thrown) {
      if (!mayPass(thrown) || performance.now() + waitMs > deadline) throw unreachable(thrown);
    }
    await sleep(waitMs);
  }
}

/** Not there yet, starting, stopping, or full; a wrong password or name stays wrong. */
function mayPass(thrown: unknown): boolean {
  const code = codeOf(thrown);
  if (code === null) return true;
  return !/^(28|3D|42|0A)/.test(code) && code !== 'ERR_INVALID_URL';
}

async function checkVersion(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ server_version_num: string }>('SHOW server_version_num');
  const major = Math.floor(Number(rows[0].server_version_num) / 10_000);
  if (major >= oldestVersion) return;
  throw new AtollError(
    'DATABASE_UNREACHABLE',
    `The database server is PostgreSQL ${major}; Atoll needs ${oldestVersion} or later.`,
  );
}

async function bringUpToDate(client: PoolClient): Promise<void> {
  await client.query('SELECT pg_advisory_lock($1)', [migrationLock]);
  try {
    await migrate({ executeSql: (text, values) => client.query(text, values) });
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [migrationLock]);
  }
}

function unreachable(cause: unknown): AtollError {
  const code = codeOf(cause);
  const reason = code === null ? '' : ` (${code})`;
  return new AtollError(
    'DATABASE_UNREACHABLE',
    `The database of ATOLL_DATABASE_URL cannot be used${reason}.`,
    {
      cause,
    },
  );
}

function codeOf(thrown: unknown): string | null {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : null;
}

import { isDiskFull } from '@atoll/errors/disk-full';
import { AtollError } from '@atoll/errors/error';
import { PGlite } from '@electric-sql/pglite';
import { type Db, fromDrizzle, fromPglite } from 'pg-boss';
import { type DataFolder, findDatabase, markMaking } from './data-folder.ts';
import type { Database } from './database.ts';
import { drizzle, sql } from './drizzle.ts';
import { migrate } from './migrate.ts';
import { withOneTier } from './one-tier.ts';

const checkpointEveryMs = 3 * 60_000;
const vacuumEveryMs = 60 * 60_000;

/**
 * The embedded database is small and has one session. A small cache starts faster and saves 100 MB; the
 * limits are what a checkpoint trims the write-ahead log to, which by default may keep a gigabyte.
 */
const serverSettings = ['shared_buffers=16MB', 'min_wal_size=32MB', 'max_wal_size=64MB'];

/**
 * Opens the embedded PostgreSQL (PGlite) in a data folder, which the caller must hold the lock of, and makes
 * it on the first start. PGlite does not wait for the disk: a killed process loses nothing, a power cut may.
 * It neither checkpoints nor vacuums by itself either, which is done here by the clock.
 * @throws AtollError DATA_DIR_OTHER_VERSION, DATA_DIR_UNUSABLE, DATABASE_DAMAGED, DISK_FULL
 */
export async function openEmbeddedDatabase(
  folder: DataFolder,
  onError: (error: unknown) => void = () => undefined,
): Promise<Database> {
  const open = () => openMigrated(folder);
  const pglite = findDatabase(folder) ? await open() : await markMaking(folder, open);
  const typed = drizzle(pglite);
  const checkpoint = async () => {
    await pglite.exec('CHECKPOINT');
  };
  const timers = [
    every(checkpointEveryMs, checkpoint, onError),
    every(vacuumEveryMs, () => pglite.exec('VACUUM (ANALYZE)'), onError),
  ];
  return {
    sql: typed,
    isShared: false,
    queueConnection: { db: yielding(fromPglite(pglite)), backend: 'pglite' },
    transaction: (run) =>
      typed.transaction((transaction) => run({ sql: transaction, queuePort: fromDrizzle(transaction, sql) })),
    atOnce: prepared(pglite),
    checkpoint,
    async close() {
      timers.forEach(clearInterval);
      try {
        await checkpoint();
      } finally {
        await pglite.close();
      }
    },
  };
}

/**
 * In PGlite each step of a statement is a call into its module: parsing, describing, binding, executing. Prepared ones
 * in one text are one call, and one transaction.
 */
function prepared(pglite: PGlite): Database['atOnce'] {
  const names = new Map<string, string>();
  return async (statements) => {
    const calls: string[] = [];
    for (const { text, value } of statements) {
      let name = names.get(text);
      if (name === undefined) {
        name = `atoll_${names.size}`;
        names.set(text, name);
        await pglite.exec(`PREPARE ${name} (text) AS ${text}`);
      }
      // PostgreSQL's own rule for a literal, with standard_conforming_strings on, as it is.
      calls.push(`EXECUTE ${name} ('${value.replaceAll("'", "''")}')`);
    }
    const results = await pglite.exec(calls.join(';\n'));
    return results.map(({ rows }) => rows);
  };
}

async function openMigrated({ root, database }: DataFolder): Promise<PGlite> {
  const startParams = [...PGlite.defaultStartParams, ...serverSettings.flatMap((setting) => ['-c', setting])];
  let pglite: PGlite | null = null;
  try {
    pglite = await withOneTier(() => PGlite.create({ dataDir: database, startParams }));
    await migrate(fromPglite(pglite));
    return pglite;
  } catch (thrown) {
    await pglite?.close().catch(() => undefined);
    throw openingError(root, thrown);
  }
}

/** The system's errors have codes; what PostgreSQL stumbles over in its own files has none of these. */
function openingError(root: string, cause: unknown): AtollError {
  if (isDiskFull(cause)) {
    return new AtollError('DISK_FULL', `The disk is full: the database in ${root} cannot be written.`, {
      cause,
    });
  }
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (/^E[A-Z]+$/.test(code)) {
    return new AtollError('DATA_DIR_UNUSABLE', `The database in ${root} cannot be opened (${code}).`, {
      cause,
    });
  }
  return new AtollError(
    'DATABASE_DAMAGED',
    `The database in ${root} cannot be opened: its files are damaged.`,
    {
      cause,
    },
  );
}

function every(
  intervalMs: number,
  task: () => Promise<unknown>,
  onError: (error: unknown) => void,
): NodeJS.Timeout {
  return setInterval(() => {
    // A missed round is made up for by the next one.
    task().catch(onError);
  }, intervalMs).unref();
}

/**
 * PGlite computes on the event loop's own thread: a backlog that drains would starve timers and requests
 * for seconds, so each of the queue's statements lets them go first.
 */
function yielding(port: Db): Db {
  return {
    ...port,
    async executeSql(text, values) {
      await new Promise((resolve) => setImmediate(resolve));
      return port.executeSql(text, values);
    },
  };
}

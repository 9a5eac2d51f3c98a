import { AtollError } from '@atoll/errors/error';
import { PGlite } from '@electric-sql/pglite';
import { drizzle, type PgliteDatabase } from 'drizzle-orm/pglite';
import { type Db, fromPglite } from 'pg-boss';
import { migrate } from './migrate.ts';

/** The database as the rooms above see it: typed queries, and the queue's own port onto the same session. */
export type Database = {
  readonly sql: PgliteDatabase;
  readonly queuePort: Db;
  /** Moves the write-ahead log into the tables; PGlite never does so by itself. */
  checkpoint(): Promise<void>;
  close(): Promise<void>;
};

const checkpointEveryMs = 3 * 60_000;
const vacuumEveryMs = 60 * 60_000;

/**
 * Opens the embedded PostgreSQL (PGlite) in a folder, which the caller must hold the lock of.
 * PGlite does not wait for the disk: a killed process loses nothing, a power cut may.
 */
export async function openDatabase(folder: string): Promise<Database> {
  const pglite = await openPglite(folder);
  await migrate(pglite);
  const checkpoint = async () => {
    await pglite.exec('CHECKPOINT');
  };
  const timers = [
    every(checkpointEveryMs, checkpoint),
    every(vacuumEveryMs, async () => {
      await pglite.exec('VACUUM (ANALYZE)');
    }),
  ];
  return {
    sql: drizzle(pglite),
    queuePort: yielding(fromPglite(pglite)),
    checkpoint,
    async close() {
      timers.forEach(clearInterval);
      await checkpoint();
      await pglite.close();
    },
  };
}

async function openPglite(folder: string): Promise<PGlite> {
  try {
    return await PGlite.create({ dataDir: folder });
  } catch (thrown) {
    throw new AtollError('DATA_DIR_UNUSABLE', `The database in ${folder} cannot be opened.`, {
      cause: thrown,
    });
  }
}

function every(intervalMs: number, task: () => Promise<void>): NodeJS.Timeout {
  const timer = setInterval(() => {
    // A missed round is made up for by the next one.
    task().catch(() => undefined);
  }, intervalMs);
  return timer.unref();
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

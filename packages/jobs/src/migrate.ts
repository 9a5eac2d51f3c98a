import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Db } from 'pg-boss';

const folder = join(import.meta.dirname, 'migrations');

/**
 * Applies the SQL files that were not applied yet, in the order of their names, each in a transaction of its
 * own together with the note that it was.
 */
export async function migrate(db: Db): Promise<void> {
  const applied = await appliedNames(db);
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  for (const name of names.sort()) {
    if (applied.has(name)) continue;
    const script = readFileSync(join(folder, name), 'utf8');
    await db.executeSql(`BEGIN; ${script}; INSERT INTO atoll.migrations (name) VALUES ('${name}'); COMMIT;`);
  }
}

async function appliedNames(db: Db): Promise<Set<string>> {
  await db.executeSql(`
    CREATE SCHEMA IF NOT EXISTS atoll;
    CREATE TABLE IF NOT EXISTS atoll.migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());
  `);
  const { rows } = await db.executeSql('SELECT name FROM atoll.migrations');
  return new Set(rows.map((row) => String(row.name)));
}

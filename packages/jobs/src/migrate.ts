import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';

const folder = join(import.meta.dirname, 'migrations');

/** Applies the SQL files that were not applied yet, in the order of their names, each in a transaction. */
export async function migrate(db: PGlite): Promise<void> {
  await db.exec(`
    CREATE SCHEMA IF NOT EXISTS atoll;
    CREATE TABLE IF NOT EXISTS atoll.migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());
  `);
  const { rows } = await db.query<{ name: string }>('SELECT name FROM atoll.migrations');
  const applied = new Set(rows.map((row) => row.name));
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  for (const name of names.sort()) {
    if (applied.has(name)) continue;
    const sql = readFileSync(join(folder, name), 'utf8');
    await db.transaction(async (transaction) => {
      await transaction.exec(sql);
      await transaction.query('INSERT INTO atoll.migrations (name) VALUES ($1)', [name]);
    });
  }
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Client } from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { answer, readAnswer, request, Scratch } from '../test/scratch.ts';
import { usePostgres } from '../test/use-postgres.ts';
import { prepareDataFolder } from './data-folder.ts';
import type { Jobs } from './jobs.ts';

const server = usePostgres();
const scratch = new Scratch();
afterAll(() => scratch.clear());

const id = (digit: string) => digit.repeat(32);

/** A database as the versions made it that kept `fast_mode` beside the preset, with jobs that have run. */
function oldDatabase(): string {
  const folder = join(import.meta.dirname, 'migrations');
  const old = readdirSync(folder)
    .filter((name) => name < '0008')
    .sort();
  const scripts = old.map((name) => readFileSync(join(folder, name), 'utf8'));
  const names = old.map((name) => `('${name}')`).join();
  const row = (digit: string, columns: string) =>
    `('${id(digit)}', 'some-case', '1', ${columns}, 'Done', now(), now())`;
  return [
    'CREATE SCHEMA atoll',
    'CREATE TABLE atoll.migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
    ...scripts,
    `INSERT INTO atoll.migrations (name) VALUES ${names}`,
    `INSERT INTO atoll.jobs (job_id, case_id, engine_version, engine, preset, fast_mode, status, error_code,
       progress_message, started_at, finished_at)
     VALUES ${row('a', "'tiny', 'balanced', false, 'completed', null")},
            ${row('b', "'deepisles', 'auto', false, 'completed', null")},
            ${row('c', "'deepisles', 'fast', true, 'failed', 'ENGINE_FAILED'")}`,
  ].join(';\n');
}

async function embedded(): Promise<Jobs> {
  const dataDir = scratch.emptyFolder();
  const pglite = await PGlite.create({ dataDir: prepareDataFolder(dataDir).database });
  await pglite.exec(oldDatabase());
  await pglite.close();
  return scratch.open({ dataDir });
}

async function onServer(): Promise<Jobs> {
  const databaseUrl = await server().newDatabase();
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(oldDatabase());
  await client.end();
  return scratch.open({ databaseUrl });
}

describe.each([
  ['the embedded database', embedded],
  ['PostgreSQL', onServer],
])('jobs that an older version left in %s', (_name, open) => {
  it('are read as before, and answer whoever asks for the same', async () => {
    const jobs = await open();
    await jobs.results.put(id('a'), answer('of before'));
    expect(await jobs.get(id('a'))).toMatchObject({ ...request, status: 'completed' });
    expect(await jobs.get(id('b'))).toMatchObject({ engine: 'deepisles', preset: 'auto' });
    expect(await jobs.get(id('c'))).toMatchObject({ preset: 'fast', error: { code: 'ENGINE_FAILED' } });
    expect(await jobs.submit(request)).toMatchObject({ jobId: id('a'), status: 'completed' });
    expect(await readAnswer(jobs, id('a'))).toBe('of before');
  });
});

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DataFolder, prepareDataFolder } from './data-folder.ts';
import type { Database } from './database.ts';
import { sql } from './drizzle.ts';
import { openEmbeddedDatabase } from './embedded-database.ts';
import { JobTable } from './job-table.ts';
import { Queue } from './queue.ts';

const request = {
  caseId: 'some-case',
  engine: 'tiny',
  engineVersion: '1',
  preset: 'balanced',
  options: [],
};
const id = (digit: string) => digit.repeat(32);
let folder: DataFolder;
let database: Database;
let table: JobTable;
let queue: Queue;

beforeAll(async () => {
  folder = prepareDataFolder(mkdtempSync(join(tmpdir(), 'atoll-database-')));
  // As a process leaves it that is killed while it makes its first database.
  writeFileSync(folder.makingMark, '');
  writeFileSync(join(folder.database, 'PG_VERSION'), '18\n');
  database = await openEmbeddedDatabase(folder);
  table = new JobTable(database.sql);
  queue = new Queue(database, {
    timeoutSeconds: 60,
    retryDelaySeconds: 0,
    onError: (error) => {
      throw error;
    },
  });
  await queue.start();
});

afterAll(async () => {
  await queue.stop(0);
  await database.close();
  rmSync(folder.root, { recursive: true, force: true });
});

describe('the database', () => {
  it('was made anew after its first making was interrupted, by the version that is looked for', () => {
    expect(readFileSync(join(folder.database, 'PG_VERSION'), 'utf8')).toBe('18\n');
    expect(readdirSync(folder.root)).not.toContain('db.making');
  });

  it('takes a job’s row and its queue entry together', async () => {
    await database.transaction(async (transaction) => {
      await new JobTable(transaction.sql).insert(id('a'), request);
      await queue.send(id('a'), 'interactive', transaction.queuePort);
    });
    expect(await table.get(id('a'))).toMatchObject({ ...request, status: 'pending' });
    expect(await queue.waiting()).toContain(id('a'));
  });

  it('takes neither when the transaction fails after both', async () => {
    const failing = database.transaction(async (transaction) => {
      await new JobTable(transaction.sql).insert(id('b'), request);
      await queue.send(id('b'), 'interactive', transaction.queuePort);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await table.get(id('b'))).toBeNull();
    expect(await queue.waiting()).not.toContain(id('b'));
  });

  it('lets the files of its log go at a checkpoint', async () => {
    const logFiles = () =>
      readdirSync(join(folder.database, 'pg_wal')).filter((name) => /^[0-9A-F]{24}$/.test(name)).length;
    for (let round = 0; round < 8; round++) {
      await database.sql.execute(sql`CREATE TABLE filler (x text)`);
      await database.sql.execute(sql`DROP TABLE filler`);
      await database.sql.execute(sql`SELECT pg_switch_wal()`);
    }
    expect(logFiles()).toBeGreaterThanOrEqual(8);
    await database.checkpoint();
    // Of 16 MB each: no more than max_wal_size and the one in use.
    expect(logFiles()).toBeLessThanOrEqual(5);
  });
});

describe('the table of jobs', () => {
  it('listens to nobody but the attempt that has the job', async () => {
    const jobId = id('c');
    await table.insert(jobId, request);
    expect(await table.claim(jobId, 0)).toMatchObject({ status: 'running', progressMessage: 'Starting' });
    expect(await table.claim(jobId, 1)).toMatchObject({ status: 'running', progress: 0 });
    // The first attempt was taken for dead, and is not.
    expect(await table.claim(jobId, 0)).toBeNull();
    await table.report(jobId, 0, { progress: 50, message: 'Stale', stage: 'stale' });
    await table.release(jobId, 0);
    expect(await table.fail(jobId, 0, { code: 'INTERNAL', message: 'Stale' })).toBe(false);
    expect(await table.complete(jobId, 0)).toBe(false);
    expect(await table.get(jobId)).toMatchObject({ status: 'running', progress: 0, stage: null });
    expect(await table.complete(jobId, 1)).toBe(true);
    expect(await table.cancel(jobId)).toBeNull();
    expect(await table.get(jobId)).toMatchObject({ status: 'completed', progress: 100, error: null });
  });

  it('never shows less progress than before', async () => {
    const jobId = id('d');
    await table.insert(jobId, request);
    await table.claim(jobId, 0);
    await table.report(jobId, 0, { progress: 60, message: 'Far', stage: 'late' });
    await table.report(jobId, 0, { progress: 20, message: 'Back', stage: 'early' });
    expect(await table.get(jobId)).toMatchObject({ progress: 60, progressMessage: 'Far', stage: 'late' });
    await table.report(jobId, 0, { progress: 60, message: 'Still far', stage: 'late' });
    expect(await table.get(jobId)).toMatchObject({ progressMessage: 'Still far' });
  });
});

import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { answer, readAnswer, request, Scratch, until } from '../test/scratch.ts';
import { usePostgres } from '../test/use-postgres.ts';
import { exportArchive, importArchive } from './archive.ts';
import type { JobHandler } from './worker.ts';

const server = usePostgres();
const scratch = new Scratch();
afterAll(() => scratch.clear());

const handler: JobHandler = async ({ caseId }, { signal }) => {
  if (caseId === 'broken') throw new Error('broken');
  if (caseId !== 'long') return answer(`of ${caseId}`);
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')));
  });
};

describe('an archive', () => {
  it('moves jobs, results and what waits from the embedded database to PostgreSQL', async () => {
    const embedded = await scratch.open({ handler });
    const submit = (caseId: string) => embedded.submit({ ...request, caseId });
    const done = await until(embedded, (await submit('done')).jobId, 'completed');
    const failed = await until(embedded, (await submit('broken')).jobId, 'failed');
    const running = await until(embedded, (await submit('long')).jobId, 'running');
    const waiting = await submit('waiting');
    const cancelled = await embedded.cancel((await submit('cancelled')).jobId);
    const folder = join(scratch.emptyFolder(), 'export');
    expect(await exportArchive(embedded, folder)).toEqual({ jobs: 5, files: 1 });
    await embedded.stop();

    const databaseUrl = await server().newDatabase();
    const moved = await scratch.open({ databaseUrl, handler: async () => answer('there') });
    expect(await importArchive(moved, folder)).toEqual({ jobs: 5, files: 1 });
    expect(await moved.get(done.jobId)).toMatchObject({ ...done, version: expect.any(Number) });
    expect(await readAnswer(moved, done.jobId)).toBe('of done');
    expect((await moved.get(failed.jobId))?.error).toEqual(failed.error);
    expect((await moved.get(cancelled.jobId))?.status).toBe('cancelled');
    for (const { jobId } of [running, waiting]) {
      await until(moved, jobId, 'completed');
      expect(await readAnswer(moved, jobId)).toBe('there');
    }
    // An import that was cut short may be started again: nothing comes twice.
    expect(await importArchive(moved, folder)).toEqual({ jobs: 0, files: 0 });
    expect(await moved.counts()).toEqual({ pending: 0, running: 0 });
    expect(await exportArchive(moved, join(scratch.emptyFolder(), 'again'))).toEqual({ jobs: 5, files: 3 });
  });

  it('of a version that kept fast_mode beside the preset is taken over', async () => {
    const before = await scratch.open();
    const done = await until(before, (await before.submit(request)).jobId, 'completed');
    const folder = join(scratch.emptyFolder(), 'export');
    await exportArchive(before, folder);
    const list = join(folder, 'jobs.ndjson');
    const [header, job] = readFileSync(list, 'utf8').trim().split('\n');
    const oldHeader = { ...JSON.parse(header), version: 1 };
    const oldJob = { ...JSON.parse(job), fastMode: false };
    writeFileSync(list, `${JSON.stringify(oldHeader)}\n${JSON.stringify(oldJob)}\n`);

    const moved = await scratch.open();
    expect(await importArchive(moved, folder)).toEqual({ jobs: 1, files: 1 });
    expect((await moved.submit(request)).jobId).toBe(done.jobId);
  });

  it('is written into an empty folder alone', async () => {
    const folder = scratch.emptyFolder();
    writeFileSync(join(folder, 'thesis.txt'), 'precious');
    const jobs = await scratch.open();
    await expect(exportArchive(jobs, folder)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  });

  it('that is none, or was tampered with, is refused with the line', async () => {
    const jobs = await scratch.open({ handler });
    const { jobId } = await until(
      jobs,
      (await jobs.submit({ ...request, caseId: 'done' })).jobId,
      'completed',
    );
    await expect(importArchive(jobs, scratch.emptyFolder())).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    });
    const folder = join(scratch.emptyFolder(), 'export');
    await exportArchive(jobs, folder);
    const list = join(folder, 'jobs.ndjson');
    const climbing = readFileSync(list, 'utf8').split('\n')[1].replace(jobId, '../../../etc');
    mkdirSync(join(folder, 'results', 'x'));
    appendFileSync(list, `${climbing}\n`);
    await expect(importArchive(jobs, folder)).rejects.toMatchObject({
      code: 'ARCHIVE_INVALID',
      message: expect.stringContaining('Line 3'),
    });
    writeFileSync(list, '');
    await expect(importArchive(jobs, folder)).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
  });
});

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderStore } from '@atoll/store/folder-store';
import { afterAll, describe, expect, it } from 'vitest';
import { answer, request, Scratch, until } from '../test/scratch.ts';
import { usePostgres } from '../test/use-postgres.ts';
import { exportArchive, importArchive } from './archive.ts';
import { resultKind } from './job.ts';
import type { Jobs } from './jobs.ts';
import type { NewRevision } from './revision.ts';

const server = usePostgres();

const review: Omit<NewRevision, 'jobId' | 'parent'> = {
  author: 'Dr. Ada Reader',
  note: 'Left MCA added.',
  verdict: 'corrected',
  maskSha256: 'ab',
  volumeMl: 12.5,
  lesionCount: 2,
  createdAt: new Date('2026-11-26T12:00:00Z'),
};

async function textOf(jobs: Jobs, revisionId: string): Promise<string | null> {
  const file = await jobs.results.open(revisionId, 'answer.txt');
  return file === null ? null : new Response(file.read()).text();
}

describe.each(['the embedded database', 'PostgreSQL'])('revisions of a result, on %s', (where) => {
  const scratch = new Scratch(async () => (where === 'PostgreSQL' ? server().newDatabase() : null));
  const folders: string[] = [];
  afterAll(async () => {
    await scratch.clear();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  const newFolder = () => {
    const folder = mkdtempSync(join(tmpdir(), 'atoll-revisions-'));
    folders.push(folder);
    return folder;
  };

  async function completed(jobs: Jobs): Promise<string> {
    const { jobId } = await jobs.submit(request, { force: true });
    await until(jobs, jobId, 'completed');
    return jobId;
  }

  it('are numbered, keep their files, and leave the engine’s own result as it is', async () => {
    const jobs = await scratch.open();
    const jobId = await completed(jobs);
    const before = await jobs.get(jobId);
    const first = await jobs.revisions.add({ ...review, jobId, parent: 0 }, answer('one'));
    const second = await jobs.revisions.add(
      { ...review, jobId, parent: 1, verdict: 'accepted', note: '' },
      answer('two'),
    );
    expect([first.number, second.number]).toEqual([1, 2]);
    expect(await jobs.revisions.list(jobId)).toEqual([first, second]);
    expect(await jobs.revisions.get(jobId, 1)).toMatchObject({ ...review, number: 1, parent: 0 });
    expect(await jobs.revisions.get(jobId, 3)).toBeNull();
    expect(await textOf(jobs, first.revisionId)).toBe('one');
    expect(await textOf(jobs, second.revisionId)).toBe('two');
    expect(await textOf(jobs, jobId)).toBe('done');
    const after = await jobs.get(jobId);
    expect(after?.revisions).toBe(2);
    // Whoever has an answer of before hears that it is not good any more.
    expect(after?.version).toBeGreaterThan(before?.version ?? 0);
  });

  it('belong to whoever asked for the job: the same request of somebody else runs anew', async () => {
    const jobs = await scratch.open();
    const jobId = await completed(jobs);
    // What nobody has reviewed answers again, and goes on doing so until somebody does.
    expect((await jobs.submit(request)).jobId).toBe(jobId);
    await jobs.revisions.add({ ...review, jobId, parent: 0 }, answer('one'));
    await until(jobs, jobId, 'completed');
    await expect.poll(async () => (await jobs.submit(request)).jobId).not.toBe(jobId);
  });

  it('are refused for jobs without a result, and for parents that are not the newest', async () => {
    const jobs = await scratch.open({ concurrency: 0 });
    const { jobId: waiting } = await jobs.submit(request);
    await expect(jobs.revisions.check(waiting, 0)).rejects.toMatchObject({ code: 'JOB_NOT_COMPLETED' });
    await expect(jobs.revisions.check('0'.repeat(32), 0)).rejects.toMatchObject({ code: 'JOB_UNKNOWN' });
    await jobs.stop();
    const others = await scratch.open();
    const jobId = await completed(others);
    await others.revisions.add({ ...review, jobId, parent: 0 }, answer('one'));
    await expect(others.revisions.check(jobId, 0)).rejects.toMatchObject({ code: 'REVISION_CONFLICT' });
    await expect(others.revisions.check(jobId, 2)).rejects.toMatchObject({ code: 'REVISION_UNKNOWN' });
    expect((await others.revisions.check(jobId, 1)).jobId).toBe(jobId);
  });

  it('of two readers at once keeps one and tells the other, who loses nothing and leaves nothing', async () => {
    const results = new FolderStore(newFolder(), resultKind);
    const jobs = await scratch.open({ results });
    const jobId = await completed(jobs);
    const tries = Array.from({ length: 6 }, (_, n) =>
      jobs.revisions.add({ ...review, jobId, parent: 0, author: `Reader ${n}` }, answer(`by ${n}`)),
    );
    const ends = await Promise.allSettled(tries);
    const kept = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
    const refused = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason.code] : []));
    expect(kept).toHaveLength(1);
    expect(refused).toEqual(Array(5).fill('REVISION_CONFLICT'));
    expect(await textOf(jobs, kept[0].revisionId)).toBe(`by ${kept[0].author.slice(-1)}`);
    const stored: string[] = [];
    for await (const some of results.list()) stored.push(...some.map(({ id }) => id));
    expect(stored.toSorted()).toEqual([jobId, kept[0].revisionId].toSorted());
  });

  it('go with their job', async () => {
    const jobs = await scratch.open();
    const jobId = await completed(jobs);
    const { revisionId } = await jobs.revisions.add({ ...review, jobId, parent: 0 }, answer('one'));
    await jobs.purge(jobId);
    expect(await jobs.results.has(revisionId)).toBe(false);
    expect(await jobs.revisions.list(jobId)).toEqual([]);
    await expect(jobs.revisions.check(jobId, 0)).rejects.toMatchObject({ code: 'JOB_UNKNOWN' });
  });

  it('come back from an archive with their files', async () => {
    const jobs = await scratch.open();
    const jobId = await completed(jobs);
    const made = [
      await jobs.revisions.add({ ...review, jobId, parent: 0 }, answer('one')),
      await jobs.revisions.add({ ...review, jobId, parent: 1, verdict: 'rejected' }, answer('two')),
    ];
    const folder = join(newFolder(), 'export');
    expect(await exportArchive(jobs, folder)).toEqual({ jobs: 1, files: 3 });
    await jobs.stop();
    const others = await scratch.open({ results: new FolderStore(newFolder(), resultKind) });
    expect(await importArchive(others, folder)).toEqual({ jobs: 1, files: 3 });
    expect(await others.revisions.list(jobId)).toEqual(made);
    expect(await textOf(others, made[1].revisionId)).toBe('two');
    // And goes on from there.
    const third = await others.revisions.add({ ...review, jobId, parent: 2 }, answer('three'));
    expect(third.number).toBe(3);
  });
});

describe('expired results', () => {
  const scratch = new Scratch();
  afterAll(() => scratch.clear());

  it('go with all their revisions, and a revision’s files are nobody’s rubbish before', async () => {
    const dataDir = await scratch.dataFolder();
    const jobs = await scratch.open({ dataDir, resultTtlSeconds: 3600 });
    const { jobId } = await jobs.submit(request);
    await until(jobs, jobId, 'completed');
    const { revisionId } = await jobs.revisions.add({ ...review, jobId, parent: 0 }, answer('one'));
    await jobs.stop();
    const folder = join(dataDir, 'results');
    const sets = () => readdirSync(folder).filter((name) => !name.startsWith('.'));
    const again = await scratch.open({ dataDir, resultTtlSeconds: 3600 });
    expect(sets().toSorted()).toEqual([jobId, revisionId].toSorted());
    await again.stop();
    const late = await scratch.open({ dataDir, resultTtlSeconds: 0 });
    await late.stop();
    expect(sets()).toEqual([]);
  });
});

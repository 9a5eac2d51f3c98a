import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { answer, eventually, readAnswer, request, Scratch, until } from '../test/scratch.ts';
import { exportArchive, importArchive } from './archive.ts';
import type { KeptCases } from './case-keeping.ts';
import type { JobHandler } from './worker.ts';

const scratch = new Scratch();

afterAll(() => scratch.clear());

const endless: JobHandler = (_job, { signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')));
  });

describe('a finished result', () => {
  it('answers whoever asks for the same, and nobody who asks for something else or insists', async () => {
    let runs = 0;
    const jobs = await scratch.open({ handler: async () => answer(`run ${++runs}`) });
    const first = await until(jobs, (await jobs.submit(request)).jobId, 'completed');
    expect(await jobs.submit(request)).toEqual(first);
    const others = [
      { ...request, caseId: 'another' },
      { ...request, preset: 'specific' },
      { ...request, engineVersion: '2' },
      { ...request, options: ['slow'] },
      { ...request, options: ['slow', 'careful, too'] },
    ];
    for (const other of others) {
      const { jobId, status } = await jobs.submit(other);
      expect(status).toBe('pending');
      await until(jobs, jobId, 'completed');
      expect(await jobs.submit(other)).toMatchObject({ jobId, ...other });
    }
    const forced = await jobs.submit(request, { force: true });
    await until(jobs, forced.jobId, 'completed');
    expect(runs).toBe(7);
    await jobs.results.delete(forced.jobId);
    expect((await jobs.submit(request)).jobId).not.toBe(forced.jobId);
  });

  it('goes with its files when its time is over, is then gone and not unknown, and no answer any more', async () => {
    const dataDir = await scratch.dataFolder();
    const before = await scratch.open({ dataDir });
    const { jobId } = await until(before, (await before.submit(request)).jobId, 'completed');
    expect(before.expiresAt(await until(before, jobId, 'completed'))).toBeNull();
    await before.stop();
    const jobs = await scratch.open({ dataDir, resultTtlSeconds: 0, handler: endless });
    await expect(jobs.get(jobId)).rejects.toMatchObject({ code: 'JOB_EXPIRED' });
    // Asked for, not read: the sweep may take it between the two.
    await eventually(async () => (await jobs.results.open(jobId, 'answer.txt')) === null);
    const again = await jobs.submit(request);
    expect(again.jobId).not.toBe(jobId);
    expect(await until(jobs, again.jobId, 'running')).toMatchObject({ finishedAt: null });
    await jobs.stop();
    // The row itself is gone as well: the id alone is remembered.
    const later = await scratch.open({ dataDir });
    await expect(later.get(jobId)).rejects.toMatchObject({ code: 'JOB_EXPIRED' });
  });

  it('says when it will go', async () => {
    const jobs = await scratch.open({ resultTtlSeconds: 3600 });
    const job = await until(jobs, (await jobs.submit(request)).jobId, 'completed');
    expect(jobs.expiresAt(job)?.getTime()).toBe((job.finishedAt?.getTime() ?? 0) + 3_600_000);
  });

  it('is put aside when no job owns it, unless it is young, goes after a month, and is told of', async () => {
    const dataDir = await scratch.dataFolder();
    const results = join(dataDir, 'results');
    const [old, young, ancient] = ['a', 'b', 'c'].map((digit) => digit.repeat(32));
    leave(results, old, 1);
    leave(results, young, 0);
    leave(join(results, '.quarantine'), ancient, 31);
    const told: string[] = [];
    const jobs = await scratch.open({ dataDir, onWarning: (sentence) => told.push(sentence) });
    const ids = (folder: string) => readdirSync(folder).filter((name) => !name.startsWith('.'));
    await eventually(() => ids(results).join() === young && ids(join(results, '.quarantine')).join() === old);
    // It is told when the files have gone, a moment after.
    await eventually(() => told.length >= 2);
    expect(await jobs.results.has(old)).toBe(false);
    expect(told.filter((sentence) => sentence.includes(old))).toHaveLength(1);
    expect(told.filter((sentence) => sentence.includes(ancient))).toHaveLength(1);
  });

  it('comes back when its job is known again', async () => {
    const dataDir = await scratch.dataFolder();
    const first = await scratch.open({ dataDir });
    const { jobId } = await until(first, (await first.submit(request)).jobId, 'completed');
    await first.results.setAside(jobId);
    await first.stop();
    const jobs = await scratch.open({ dataDir });
    await eventually(async () => (await jobs.results.open(jobId, 'answer.txt')) !== null);
  });
});

/** Files as of a job that nobody knows. */
function leave(folder: string, jobId: string, daysAgo: number): void {
  mkdirSync(join(folder, jobId), { recursive: true });
  writeFileSync(join(folder, jobId, 'answer.txt'), 'left behind');
  const then = new Date(Date.now() - daysAgo * 86_400_000);
  utimesSync(join(folder, jobId), then, then);
}

describe('a database that does not belong to the results', () => {
  const done = async (dataDir: string): Promise<string> => {
    const jobs = await scratch.open({ dataDir });
    const { jobId } = await until(jobs, (await jobs.submit(request)).jobId, 'completed');
    await jobs.stop();
    const lastWeek = new Date(Date.now() - 7 * 86_400_000);
    utimesSync(join(dataDir, 'results', jobId), lastWeek, lastWeek);
    return jobId;
  };

  it('leaves them and uploaded cases where they are, says so, and does not stand in the way of the right one', async () => {
    const dataDir = await scratch.dataFolder();
    const jobId = await done(dataDir);
    renameSync(join(dataDir, 'db'), join(dataDir, 'db.kept'));
    const told: string[] = [];
    const cases = new AgedCases();
    const wrong = await scratch.open({
      dataDir,
      resultTtlSeconds: 60,
      uploads: { cases, ttlSeconds: 60 },
      onWarning: (sentence) => told.push(sentence),
    });
    // It works for itself meanwhile.
    const own = await until(wrong, (await wrong.submit(request)).jobId, 'completed');
    await eventually(() => told.length > 0);
    expect(told).toEqual([expect.stringContaining('belong to a different database')]);
    await wrong.stop();
    expect(readdirSync(join(dataDir, 'results'))).toEqual(expect.arrayContaining([jobId, own.jobId]));
    expect(cases.removed).toEqual([]);
    rmSync(join(dataDir, 'db'), { recursive: true });
    renameSync(join(dataDir, 'db.kept'), join(dataDir, 'db'));
    const right = await scratch.open({ dataDir });
    expect(await readAnswer(right, jobId)).toBe('done');
  });

  it('is taken on where the results are of before there were ids, and most of them are known', async () => {
    const dataDir = await scratch.dataFolder();
    const jobId = await done(dataDir);
    const mark = join(dataDir, 'results', '.database');
    const before = readFileSync(mark, 'utf8');
    rmSync(mark);
    const jobs = await scratch.open({ dataDir });
    await eventually(() => existsSync(mark));
    expect(readFileSync(mark, 'utf8')).toBe(before);
    expect(await readAnswer(jobs, jobId)).toBe('done');
    await jobs.stop();
    // Those of a stranger are not, though nobody has claimed them.
    rmSync(mark);
    rmSync(join(dataDir, 'db'), { recursive: true });
    const told: string[] = [];
    const stranger = await scratch.open({ dataDir, onWarning: (sentence) => told.push(sentence) });
    await eventually(() => told.length > 0);
    expect(existsSync(mark)).toBe(false);
    expect(await stranger.results.has(jobId)).toBe(true);
  });

  it('takes all over that an import brought to it', async () => {
    const dataDir = await scratch.dataFolder();
    const jobId = await done(dataDir);
    const archive = scratch.emptyFolder();
    const from = await scratch.open({ dataDir });
    await exportArchive(from, archive);
    await from.stop();
    rmSync(join(dataDir, 'db'), { recursive: true });
    const importing = await scratch.open({ dataDir });
    await importArchive(importing, archive);
    await importing.stop();
    const mark = join(dataDir, 'results', '.database');
    const before = readFileSync(mark, 'utf8');
    const after = await scratch.open({ dataDir });
    await eventually(() => readFileSync(mark, 'utf8') !== before);
    expect(await readAnswer(after, jobId)).toBe('done');
  });
});

/** An uploaded case that nobody has used for long. */
class AgedCases implements KeptCases {
  readonly removed: string[] = [];
  async owner() {
    return null;
  }
  async setOwner() {}
  async usedAt() {
    return new Date(0);
  }
  async touch() {}
  async remove(caseId: string) {
    this.removed.push(caseId);
  }
  async *stored() {
    yield [{ id: 'u-old', usedAt: new Date(0) }];
  }
}

describe('a job that failed or was cancelled', () => {
  it('can be run again as it was, and no other', async () => {
    let broken = true;
    const jobs = await scratch.open({
      handler: async (job, control) => {
        if (job.caseId === 'endless') return endless(job, control);
        if (broken) throw new Error('broken');
        return answer('mended');
      },
    });
    const failed = await until(jobs, (await jobs.submit(request)).jobId, 'failed');
    broken = false;
    const again = await jobs.retry(failed.jobId);
    expect(again).toMatchObject({ ...request, status: 'pending' });
    await until(jobs, again.jobId, 'completed');
    await expect(jobs.retry(again.jobId)).rejects.toMatchObject({ code: 'JOB_NOT_RETRYABLE' });
    expect((await jobs.get(failed.jobId))?.status).toBe('failed');
    const cancelled = await jobs.submit({ ...request, caseId: 'endless' });
    await expect(jobs.retry(cancelled.jobId)).rejects.toMatchObject({ code: 'JOB_NOT_RETRYABLE' });
    await jobs.cancel(cancelled.jobId);
    expect((await jobs.retry(cancelled.jobId)).caseId).toBe('endless');
    await expect(jobs.retry('0'.repeat(32))).rejects.toMatchObject({ code: 'JOB_UNKNOWN' });
  });
});

describe('the line', () => {
  it('lets one for whom somebody waits go before a batch, and tells each its place', async () => {
    const order: string[] = [];
    const release = Promise.withResolvers<void>();
    const jobs = await scratch.open({
      handler: async ({ caseId }) => {
        order.push(caseId);
        await release.promise;
        return answer('done');
      },
    });
    const submit = (caseId: string, priority: 'interactive' | 'batch') =>
      jobs.submit({ ...request, caseId }, { priority });
    const first = await submit('first', 'batch');
    await until(jobs, first.jobId, 'running');
    const batch = [await submit('batch 1', 'batch'), await submit('batch 2', 'batch')];
    const urgent = await submit('urgent', 'interactive');
    expect(await jobs.wait(urgent.jobId)).toEqual({ ahead: 0, seconds: null });
    await eventually(async () => (await jobs.wait(batch[1].jobId))?.ahead === 2);
    expect(await jobs.wait(first.jobId)).toBeNull();
    release.resolve();
    for (const { jobId } of batch) await until(jobs, jobId, 'completed');
    expect(order).toEqual(['first', 'urgent', 'batch 1', 'batch 2']);
  });

  it('takes no more of one client than it may have waiting, and all of another', async () => {
    const jobs = await scratch.open({ handler: endless, maxPendingPerClient: 1 });
    const submit = (caseId: string, client: string) => jobs.submit({ ...request, caseId }, { client });
    await until(jobs, (await submit('0', 'one')).jobId, 'running');
    await submit('1', 'one');
    await expect(submit('2', 'one')).rejects.toMatchObject({ code: 'TOO_MANY_JOBS' });
    expect((await submit('3', 'another')).status).toBe('pending');
  });

  it('takes nobody while there is hardly any room for results', async () => {
    const jobs = await scratch.open({ minFreeBytes: Number.MAX_SAFE_INTEGER });
    await expect(jobs.submit(request)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await jobs.counts()).toEqual({ pending: 0, running: 0 });
  });
});

import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { answer, eventually, request, Scratch, until } from '../test/scratch.ts';
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
      { ...request, fastMode: false },
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
    expect(runs).toBe(8);
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

  it('is swept away when no job owns it, unless it is young', async () => {
    const dataDir = await scratch.dataFolder();
    const [old, young] = ['a', 'b'].map((digit) => digit.repeat(32));
    for (const jobId of [old, young]) {
      const folder = join(dataDir, 'results', jobId);
      mkdirSync(folder);
      writeFileSync(join(folder, 'answer.txt'), 'left behind');
    }
    const yesterday = new Date(Date.now() - 86_400_000);
    utimesSync(join(dataDir, 'results', old), yesterday, yesterday);
    await scratch.open({ dataDir });
    await eventually(() => !readdirSync(join(dataDir, 'results')).includes(old));
    expect(readdirSync(join(dataDir, 'results'))).toEqual([young]);
  });
});

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

import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AtollError } from '@atoll/errors/error';
import { afterAll, describe, expect, it } from 'vitest';
import { Child } from '../test/child.ts';
import { answer, eventually, readAnswer, request, Scratch, until } from '../test/scratch.ts';
import type { JobHandler } from './worker.ts';

const scratch = new Scratch();

afterAll(() => scratch.clear());

const untilStopped: JobHandler = (_job, { signal, onProgress }) => {
  onProgress({ progress: 30, stage: 'middle', message: 'Halfway' });
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new AtollError('JOB_CANCELLED')));
  });
};

describe('a restart', () => {
  it('keeps jobs and results, and finishes what a graceful stop cut short, as often as it does', async () => {
    const dataDir = await scratch.dataFolder();
    let aborted = 0;
    const handler: JobHandler = async (job, control) => {
      if (job.caseId !== 'long') return answer('first');
      control.signal.addEventListener('abort', () => aborted++);
      return untilStopped(job, control);
    };
    const first = await scratch.open({ dataDir, handler });
    const done = await first.submit(request);
    const ended = await until(first, done.jobId, 'completed');
    const long = await first.submit({ ...request, caseId: 'long' });
    await until(first, long.jobId, 'running');
    const waiting = await first.submit({ ...request, caseId: 'waiting' });
    await first.stop();
    // More often than a job that breaks is tried.
    for (let stops = 1; stops < 4; stops++) {
      const again = await scratch.open({ dataDir, handler, concurrency: 2 });
      await eventually(async () => (await again.get(long.jobId))?.progress === 30);
      await again.stop();
    }
    expect(aborted).toBe(4);
    const last = await scratch.open({ dataDir, handler: async () => answer('second') });
    expect(await last.get(done.jobId)).toEqual(ended);
    expect(await readAnswer(last, done.jobId)).toBe('first');
    await until(last, long.jobId, 'completed');
    expect(await readAnswer(last, long.jobId)).toBe('second');
    await until(last, waiting.jobId, 'completed');
  });

  it('does not wait for work that does not listen, and leaves its job to the next start', async () => {
    const dataDir = await scratch.dataFolder();
    const deaf = await scratch.open({ dataDir, handler: () => new Promise(() => undefined) });
    const { jobId } = await deaf.submit(request);
    await until(deaf, jobId, 'running');
    await deaf.stop({ graceMs: 1000 });
    const after = await scratch.open({ dataDir });
    await until(after, jobId, 'completed');
  });

  it('gives a job up that takes the process down each time, and lives on', async () => {
    const dataDir = await scratch.dataFolder();
    const killedBy: string[] = [];
    for (let run = 0; run < 4; run++) {
      const child = new Child('poisoned', [dataDir]);
      expect(await child.ended()).toBe('SIGKILL');
      killedBy.push(...child.lines);
    }
    const [jobId] = killedBy;
    expect(killedBy).toEqual(Array.from({ length: 4 }, () => jobId));
    const after = await scratch.open({ dataDir });
    expect(await after.get(jobId)).toMatchObject({
      status: 'failed',
      error: { code: 'JOB_LOST', message: expect.stringContaining('interrupted') },
    });
    await until(after, (await after.submit(request)).jobId, 'completed');
  });

  it('lets a job rest that took the process down twice, says so, and runs others meanwhile', async () => {
    const dataDir = await scratch.dataFolder();
    const killedBy: string[] = [];
    for (let run = 0; run < 2; run++) {
      const child = new Child('poisoned', [dataDir, '600']);
      expect(await child.ended()).toBe('SIGKILL');
      killedBy.push(...child.lines);
    }
    const [jobId] = killedBy;
    expect(killedBy).toEqual([jobId, jobId]);
    // Neither the next start nor the one after it runs it.
    for (const _start of ['next', 'one after it']) {
      const ran: string[] = [];
      const handler: JobHandler = async (job) => {
        ran.push(job.jobId);
        return answer('done');
      };
      const after = await scratch.open({ dataDir, handler });
      const other = await after.submit(request, { force: true });
      await until(after, other.jobId, 'completed');
      expect(ran).toEqual([other.jobId]);
      expect(await after.get(jobId)).toMatchObject({
        status: 'pending',
        progressMessage:
          'Atoll stopped twice while this job ran; it waits 10 minutes before the next attempt',
      });
      await after.stop();
    }
    const rested = await scratch.open({ dataDir, restSeconds: 0 });
    await until(rested, jobId, 'completed');
  }, 240_000);

  it('is refused while another process has the folder, which goes on undisturbed', async () => {
    const dataDir = await scratch.dataFolder();
    const child = new Child('queue-process', [dataDir, 'both']);
    await child.printed(1);
    await expect(scratch.open({ dataDir })).rejects.toMatchObject({ code: 'DATA_DIR_LOCKED' });
    await child.printed(child.lines.length + 2);
    await child.kill();
    const after = await scratch.open({ dataDir });
    for (const jobId of child.lines) await until(after, jobId, 'completed');
  });

  it('says of a damaged database that it is damaged, and what to do', async () => {
    const dataDir = await scratch.dataFolder();
    const base = join(dataDir, 'db', 'base');
    for (const name of readdirSync(base)) rmSync(join(base, name), { recursive: true });
    await expect(scratch.open({ dataDir })).rejects.toMatchObject({
      code: 'DATABASE_DAMAGED',
      action: expect.stringContaining('backup'),
    });
  });

  it('runs what was queued before the clock was set back, and keeps no run that ends before it began', async () => {
    const dataDir = await scratch.dataFolder();
    const before = await scratch.open({ dataDir, handler: () => new Promise(() => undefined) });
    const running = await before.submit(request);
    await until(before, running.jobId, 'running');
    await before.submit({ ...request, caseId: 'waiting' });
    await before.stop({ graceMs: 500 });
    // An hour back: all that was written then lies an hour ahead.
    const { PGlite } = await import('@electric-sql/pglite');
    const database = await PGlite.create({ dataDir: join(dataDir, 'db') });
    await database.exec(`
      UPDATE pgboss.job SET start_after = start_after + interval '1 hour', created_on = created_on + interval '1 hour';
      UPDATE atoll.jobs SET created_at = created_at + interval '1 hour', started_at = started_at + interval '1 hour';`);
    await database.close();
    const after = await scratch.open({ dataDir });
    await eventually(async () => (await after.counts()).pending + (await after.counts()).running === 0);
    const job = await after.submit({ ...request, caseId: 'later' });
    expect((await after.wait(job.jobId))?.seconds ?? 0).toBeGreaterThanOrEqual(0);
    await until(after, job.jobId, 'completed');
  }, 240_000);

  it('leaves the folder free when it fails', async () => {
    const dataDir = await scratch.dataFolder();
    writeFileSync(join(dataDir, 'db', 'PG_VERSION'), '17\n');
    await expect(scratch.open({ dataDir })).rejects.toMatchObject({ code: 'DATA_DIR_OTHER_VERSION' });
    writeFileSync(join(dataDir, 'db', 'PG_VERSION'), '18\n');
    const jobs = await scratch.open({ dataDir });
    await until(jobs, (await jobs.submit(request)).jobId, 'completed');
  });
});

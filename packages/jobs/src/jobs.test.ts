import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AtollError } from '@atoll/errors/error';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Job, JobStatus } from './job.ts';
import { type Jobs, type JobsOptions, openJobs } from './jobs.ts';
import type { JobHandler } from './worker.ts';

const request = { caseId: 'some-case', engine: 'tiny', preset: 'balanced', fastMode: true };
const fileOf = (text: string) => new Map([['answer.txt', new TextEncoder().encode(text)]]);
const opened: Jobs[] = [];
const folders: string[] = [];
let prepared = '';

// Making a database takes seconds, copying one does not.
beforeAll(async () => {
  prepared = mkdtempSync(join(tmpdir(), 'atoll-jobs-prepared-'));
  await (await start(endless, { dataDir: prepared })).stop();
});

afterAll(() => {
  rmSync(prepared, { recursive: true, force: true });
});

afterEach(async () => {
  for (const jobs of opened.splice(0)) await jobs.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-jobs-'));
  folders.push(folder);
  cpSync(prepared, folder, { recursive: true });
  return folder;
}

async function start(handler: JobHandler, options: Partial<JobsOptions> = {}): Promise<Jobs> {
  const jobs = await openJobs({
    dataDir: newFolder(),
    handler,
    concurrency: 1,
    timeoutSeconds: 60,
    maxPending: 100,
    retryDelaySeconds: 0,
    ...options,
  });
  opened.push(jobs);
  return jobs;
}

async function until(jobs: Jobs, jobId: string, ...wanted: JobStatus[]): Promise<Job> {
  for (;;) {
    const job = await jobs.get(jobId);
    if (job !== null && wanted.includes(job.status)) return job;
    await sleep(20);
  }
}

async function text(jobs: Jobs, jobId: string): Promise<string | null> {
  const file = await jobs.results.open(jobId, 'answer.txt');
  return file === null ? null : new Response(file.read()).text();
}

/** Runs until it is told to stop, as an engine does. */
const endless: JobHandler = (_job, { signal, onProgress }) => {
  onProgress({ progress: 30, stage: 'middle', message: 'Halfway' });
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new AtollError('JOB_CANCELLED')));
  });
};

describe('a job', () => {
  it('goes from pending over running to completed, and its files are there', async () => {
    const release = Promise.withResolvers<void>();
    const jobs = await start(async (_job, { onProgress }) => {
      onProgress({ progress: 40, stage: 'middle', message: 'Halfway' });
      await release.promise;
      return fileOf('done');
    });
    const job = await jobs.submit(request);
    expect(job).toMatchObject({ ...request, status: 'pending', startedAt: null, error: null });
    expect(job.jobId).toMatch(/^[0-9a-f]{32}$/);
    await until(jobs, job.jobId, 'running');
    while ((await jobs.get(job.jobId))?.progress !== 40) await sleep(20);
    expect(await jobs.get(job.jobId)).toMatchObject({ stage: 'middle', progressMessage: 'Halfway' });
    release.resolve();
    const ended = await until(jobs, job.jobId, 'completed');
    expect(ended.progress).toBe(100);
    expect(ended.finishedAt).toBeInstanceOf(Date);
    expect(await text(jobs, job.jobId)).toBe('done');
  });

  it('never reports less progress than before', async () => {
    const release = Promise.withResolvers<void>();
    const jobs = await start(async (_job, { onProgress }) => {
      onProgress({ progress: 60, stage: 'late', message: 'Far' });
      await sleep(400);
      onProgress({ progress: 20, stage: 'early', message: 'Back' });
      await release.promise;
      return fileOf('done');
    });
    const { jobId } = await jobs.submit(request);
    while ((await jobs.get(jobId))?.progress !== 60) await sleep(20);
    await sleep(600);
    expect(await jobs.get(jobId)).toMatchObject({ progress: 60, stage: 'late' });
    release.resolve();
    await until(jobs, jobId, 'completed');
  });

  it('that fails by its images is failed at once, with code and sentence, and not tried again', async () => {
    let runs = 0;
    const jobs = await start(async () => {
      runs++;
      throw new AtollError('STUDY_NO_BRAIN', 'No brain here.');
    });
    const { jobId } = await jobs.submit(request);
    const job = await until(jobs, jobId, 'failed');
    expect(job.error).toEqual({ code: 'STUDY_NO_BRAIN', message: 'No brain here.' });
    expect(runs).toBe(1);
  });

  it('that breaks is tried again, and keeps the reason when it never works', async () => {
    let runs = 0;
    const jobs = await start(async () => {
      runs++;
      throw new AtollError('ENGINE_FAILED', `Broken ${runs}`);
    });
    const { jobId } = await jobs.submit(request);
    const job = await until(jobs, jobId, 'failed');
    expect(runs).toBe(4);
    expect(job.error).toEqual({ code: 'ENGINE_FAILED', message: 'Broken 4' });
  });

  it('that takes too long is stopped and says so', async () => {
    let aborted = false;
    const jobs = await start(
      (job, control) => {
        control.signal.addEventListener('abort', () => {
          aborted = true;
        });
        return endless(job, control);
      },
      { timeoutSeconds: 1 },
    );
    const { jobId } = await jobs.submit(request);
    expect((await until(jobs, jobId, 'failed')).error?.code).toBe('JOB_TIMED_OUT');
    expect(aborted).toBe(true);
  });

  it('is refused when too many wait', async () => {
    const jobs = await start(endless, { maxPending: 1 });
    const first = await jobs.submit(request);
    await until(jobs, first.jobId, 'running');
    await jobs.submit(request);
    await expect(jobs.submit(request)).rejects.toMatchObject({ code: 'QUEUE_FULL' });
  });
});

describe('cancelling', () => {
  it('stops the work of a running job and frees its slot', async () => {
    let aborted = false;
    const jobs = await start((job, control) => {
      if (job.caseId === 'next') return Promise.resolve(fileOf('next'));
      control.signal.addEventListener('abort', () => {
        aborted = true;
      });
      return endless(job, control);
    });
    const { jobId } = await jobs.submit(request);
    await until(jobs, jobId, 'running');
    expect((await jobs.cancel(jobId)).status).toBe('cancelled');
    expect(aborted).toBe(true);
    const next = await jobs.submit({ ...request, caseId: 'next' });
    await until(jobs, next.jobId, 'completed');
    expect((await jobs.get(jobId))?.status).toBe('cancelled');
  });

  it('frees the slot even when the work does not listen', async () => {
    const jobs = await start((job) =>
      job.caseId === 'next' ? Promise.resolve(fileOf('next')) : new Promise(() => undefined),
    );
    const { jobId } = await jobs.submit(request);
    await until(jobs, jobId, 'running');
    await jobs.cancel(jobId);
    const next = await jobs.submit({ ...request, caseId: 'next' });
    await until(jobs, next.jobId, 'completed');
  });

  it('keeps a waiting job from ever starting', async () => {
    const started: string[] = [];
    const jobs = await start((job, control) => {
      started.push(job.jobId);
      return endless(job, control);
    });
    const first = await jobs.submit(request);
    await until(jobs, first.jobId, 'running');
    const second = await jobs.submit(request);
    await jobs.cancel(second.jobId);
    await jobs.cancel(first.jobId);
    await sleep(1500);
    expect(started).toEqual([first.jobId]);
  });

  it('is the same twice, is refused for an ended job, and unknown for an unknown one', async () => {
    const jobs = await start(async () => fileOf('done'));
    const { jobId } = await jobs.submit(request);
    await until(jobs, jobId, 'completed');
    await expect(jobs.cancel(jobId)).rejects.toMatchObject({ code: 'JOB_NOT_CANCELLABLE' });
    expect(await text(jobs, jobId)).toBe('done');
    await expect(jobs.cancel('0'.repeat(32))).rejects.toMatchObject({ code: 'JOB_UNKNOWN' });
  });

  it('racing with the end leaves one of the two, never both', async () => {
    const jobs = await start(async () => fileOf('done'), { concurrency: 2 });
    for (let round = 0; round < 12; round++) {
      const { jobId } = await jobs.submit(request);
      await until(jobs, jobId, 'running', 'completed');
      const answer = await jobs.cancel(jobId).then(
        (job) => job.status,
        (error: unknown) => (error instanceof AtollError ? error.code : error),
      );
      await sleep(50);
      const job = await jobs.get(jobId);
      expect([answer, job?.status, await text(jobs, jobId)]).toBeOneOf([
        ['cancelled', 'cancelled', null],
        ['JOB_NOT_CANCELLABLE', 'completed', 'done'],
      ]);
    }
  });
});

describe('purging', () => {
  it('removes an ended job with its files, and no other', async () => {
    const jobs = await start(async (job, control) =>
      job.caseId === 'long' ? endless(job, control) : fileOf('done'),
    );
    const { jobId } = await jobs.submit(request);
    await until(jobs, jobId, 'completed');
    await jobs.purge(jobId);
    expect(await jobs.get(jobId)).toBeNull();
    expect(await text(jobs, jobId)).toBeNull();
    const long = await jobs.submit({ ...request, caseId: 'long' });
    await expect(jobs.purge(long.jobId)).rejects.toMatchObject({ code: 'JOB_NOT_ENDED' });
  });
});

describe('a restart', () => {
  it('keeps jobs and results, and finishes what a graceful stop interrupted', async () => {
    const dataDir = newFolder();
    const before = await start(
      async (job, control) => (job.caseId === 'long' ? endless(job, control) : fileOf('first')),
      { dataDir },
    );
    const done = await before.submit(request);
    await until(before, done.jobId, 'completed');
    const interrupted = await before.submit({ ...request, caseId: 'long' });
    await until(before, interrupted.jobId, 'running');
    const waiting = await before.submit({ ...request, caseId: 'waiting' });
    await before.stop();
    const after = await start(async () => fileOf('second'), { dataDir });
    expect(await text(after, done.jobId)).toBe('first');
    await until(after, interrupted.jobId, 'completed');
    await until(after, waiting.jobId, 'completed');
    expect(await text(after, interrupted.jobId)).toBe('second');
  });

  it('loses nothing to kill -9, in whatever moment it comes', async () => {
    const dataDir = newFolder();
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, [join(import.meta.dirname, '../test/victim.ts'), dataDir]);
      const killed = new Promise((resolve) => child.once('exit', resolve));
      let buffer = '';
      child.stdout.on('data', (chunk) => {
        buffer += String(chunk);
        if (buffer.split('\n').length > 4 + 3 * round) child.kill('SIGKILL');
      });
      await killed;
      acknowledged.push(...buffer.split('\n').slice(0, -1));
    }
    expect(acknowledged.length).toBeGreaterThan(8);
    const after = await start(async () => fileOf('after'), { dataDir, concurrency: 2 });
    for (const jobId of acknowledged) {
      await until(after, jobId, 'completed');
      expect(await text(after, jobId)).toBeOneOf(['victim', 'after']);
    }
    expect(readdirSync(join(dataDir, 'results')).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('is refused while another process has the folder, with a sentence that says what to do', async () => {
    const dataDir = newFolder();
    const child = spawn(process.execPath, [join(import.meta.dirname, '../test/victim.ts'), dataDir]);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const refusal: unknown = await start(endless, { dataDir }).catch((error: unknown) => error);
    child.kill('SIGKILL');
    expect(refusal).toMatchObject({
      code: 'DATA_DIR_LOCKED',
      action: expect.stringContaining('ATOLL_DATA_DIR'),
    });
  });

  it('of a folder that a container left without a word takes it over, once its heartbeat stands still', async () => {
    const dataDir = newFolder();
    writeFileSync(join(dataDir, 'lock.json'), JSON.stringify({ pid: 1, host: 'another-container' }));
    const jobs = await start(async () => fileOf('done'), { dataDir });
    await until(jobs, (await jobs.submit(request)).jobId, 'completed');
  });
});

describe('the queue', () => {
  it('drains a backlog on its slots without pauses between jobs', async () => {
    const jobs = await start(async () => fileOf('done'), { concurrency: 2 });
    const submitted = await Promise.all(Array.from({ length: 40 }, () => jobs.submit(request)));
    // With the idle wait of a notified worker (30 s) between jobs, this would outlast any test.
    for (const { jobId } of submitted) await until(jobs, jobId, 'completed');
    expect(await jobs.counts()).toEqual({ pending: 0, running: 0 });
  });

  it('keeps others out of its folder', async () => {
    const dataDir = newFolder();
    await start(endless, { dataDir });
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    expect(existsSync(join(dataDir, 'db', 'PG_VERSION'))).toBe(true);
  });

  it('says what to do about a database of another version', async () => {
    const dataDir = newFolder();
    const jobs = await start(endless, { dataDir });
    await jobs.stop();
    writeFileSync(join(dataDir, 'db', 'PG_VERSION'), '17\n');
    await expect(start(endless, { dataDir })).rejects.toMatchObject({ code: 'DATA_DIR_OTHER_VERSION' });
  });
});

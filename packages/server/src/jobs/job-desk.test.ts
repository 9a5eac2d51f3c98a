import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AtollError } from '@atoll/errors/error';
import { hasEnded, type JobRequest } from '@atoll/jobs/job';
import { openJobs } from '@atoll/jobs/open-jobs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryJobs, modifiedAt } from '../../test/memory-jobs.ts';
import type { JobDesk } from '../parts.ts';

/** A queue with one worker, which does what the test says. */
type Desk = {
  readonly jobs: JobDesk;
  /** Waits until the job runs. */
  begin(jobId: string): Promise<void>;
  /** Ends a job that runs: well, with a file, or with an error. */
  end(jobId: string, error?: AtollError): Promise<void>;
  stop(): Promise<void>;
};

const files = new Map([['answer.txt', new TextEncoder().encode('done')]]);

async function openMemory(): Promise<Desk> {
  const jobs = new MemoryJobs();
  return {
    jobs,
    async begin(jobId) {
      jobs.set(jobId, { status: 'running', startedAt: modifiedAt });
    },
    async end(jobId, error) {
      if (error === undefined) await jobs.results.put(jobId, files);
      jobs.set(jobId, {
        ...(error === undefined
          ? { status: 'completed', progress: 100 }
          : { status: 'failed', error: { code: error.code, message: error.message } }),
        finishedAt: modifiedAt,
      });
    },
    stop: async () => undefined,
  };
}

async function openQueue(): Promise<Desk> {
  const dataDir = mkdtempSync(join(tmpdir(), 'atoll-desk-'));
  const running = new Map<string, PromiseWithResolvers<typeof files>>();
  const jobs = await openJobs({
    dataDir,
    handler: ({ jobId }, { signal }) => {
      const work = Promise.withResolvers<typeof files>();
      signal.addEventListener('abort', () => work.reject(new AtollError('JOB_CANCELLED')));
      running.set(jobId, work);
      return work.promise;
    },
    concurrency: 1,
    timeoutSeconds: 60,
    maxPending: 100,
    resultTtlSeconds: 3600,
  });
  return {
    jobs,
    async begin(jobId) {
      while (!running.has(jobId)) await sleep(10);
    },
    async end(jobId, error) {
      if (error === undefined) running.get(jobId)?.resolve(files);
      else running.get(jobId)?.reject(error);
      while (!hasEnded((await jobs.get(jobId))?.status ?? 'pending')) await sleep(10);
    },
    async stop() {
      await jobs.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

let cases = 0;
const newRequest = (): JobRequest => ({
  caseId: `case-${++cases}`,
  engine: 'diffusion',
  engineVersion: '1.2.3',
  preset: 'balanced',
  options: ['slow'],
});
const unknown = 'f'.repeat(32);

describe.each([
  ['in memory', openMemory],
  ['in the real queue', openQueue],
])('jobs %s', (_where, open) => {
  let desk: Desk;
  let jobs: JobDesk;

  beforeAll(async () => {
    desk = await open();
    jobs = desk.jobs;
  });

  afterAll(() => desk.stop());

  async function completed(request = newRequest()): Promise<string> {
    const { jobId } = await jobs.submit(request);
    await desk.begin(jobId);
    await desk.end(jobId);
    return jobId;
  }

  async function failed(request = newRequest()): Promise<string> {
    const { jobId } = await jobs.submit(request);
    await desk.begin(jobId);
    await desk.end(jobId, new AtollError('STUDY_NO_BRAIN', 'No brain here.'));
    return jobId;
  }

  it('begin as what was asked for, and wait', async () => {
    const request = newRequest();
    const job = await jobs.submit(request);
    expect(job).toMatchObject({ ...request, status: 'pending', priority: 'interactive', progress: 0 });
    expect(job).toMatchObject({ stage: null, error: null, startedAt: null, finishedAt: null });
    expect(job.jobId).toMatch(/^[0-9a-f]{32}$/);
    expect(job.createdAt).toBeInstanceOf(Date);
    expect(jobs.expiresAt(job)).toBeNull();
    expect((await jobs.get(job.jobId))?.jobId).toBe(job.jobId);
    await desk.begin(job.jobId);
    const second = await jobs.submit(newRequest());
    expect((await jobs.wait(second.jobId))?.ahead).toBeGreaterThanOrEqual(0);
    expect(await jobs.counts()).toEqual({ pending: 1, running: 1 });
    expect(await jobs.depth()).toContainEqual({ engine: 'diffusion', status: 'pending', total: 1 });
    await desk.end(job.jobId);
    await desk.begin(second.jobId);
    await desk.end(second.jobId);
    // Where jobs stand is read at most twice a second.
    while ((await jobs.wait(second.jobId)) !== null) await sleep(20);
    expect(await jobs.depth()).toEqual([]);
    expect(await jobs.slots()).toBe(1);
  });

  it('end well with their files, and say when they go', async () => {
    const jobId = await completed();
    const job = await jobs.get(jobId);
    expect(job).toMatchObject({ status: 'completed', progress: 100, error: null });
    if (job?.finishedAt == null) throw new Error('The job has not ended.');
    expect(jobs.expiresAt(job)).toEqual(new Date(job.finishedAt.getTime() + 3600_000));
    expect(await jobs.results.names(jobId)).toEqual(['answer.txt']);
  });

  it('fail with a code and a sentence', async () => {
    const job = await jobs.get(await failed());
    expect(job).toMatchObject({ status: 'failed', finishedAt: expect.any(Date) });
    expect(job?.error).toEqual({ code: 'STUDY_NO_BRAIN', message: 'No brain here.' });
  });

  it('are answered again instead of computed again, unless that is forced', async () => {
    const request = newRequest();
    const jobId = await completed(request);
    expect((await jobs.submit(request)).jobId).toBe(jobId);
    const other = await jobs.submit({ ...request, options: [] });
    const forced = await jobs.submit(request, { force: true });
    for (const each of [other, forced]) {
      expect(each.jobId).not.toBe(jobId);
      await jobs.cancel(each.jobId);
    }
  });

  it('are one where a submission is sent again with its key, and refused where the key was another’s', async () => {
    const request = newRequest();
    const submissionKey = crypto.randomUUID();
    const { jobId } = await jobs.submit(request, { submissionKey });
    expect((await jobs.submit(request, { submissionKey })).jobId).toBe(jobId);
    await expect(jobs.submit(newRequest(), { submissionKey })).rejects.toMatchObject({
      code: 'SUBMISSION_KEY_USED',
    });
    await jobs.cancel(jobId);
  });

  it('are cancelled once, whether they wait or run, and not when they have ended', async () => {
    const { jobId } = await jobs.submit(newRequest());
    await desk.begin(jobId);
    const waits = await jobs.submit(newRequest());
    for (const each of [waits.jobId, jobId]) {
      expect(await jobs.cancel(each)).toMatchObject({ status: 'cancelled', finishedAt: expect.any(Date) });
      expect((await jobs.cancel(each)).status).toBe('cancelled');
    }
    const ended = await completed();
    await expect(jobs.cancel(ended)).rejects.toMatchObject({ code: 'JOB_NOT_CANCELLABLE' });
  });

  it('are tried again as jobs of their own, but for those that may still succeed or did', async () => {
    const request = newRequest();
    const before = await failed(request);
    const again = await jobs.retry(before);
    expect(again).toMatchObject({ ...request, status: 'pending' });
    expect(again.jobId).not.toBe(before);
    await expect(jobs.retry(again.jobId)).rejects.toMatchObject({ code: 'JOB_NOT_RETRYABLE' });
    await jobs.cancel(again.jobId);
    await expect(jobs.retry(await completed())).rejects.toMatchObject({ code: 'JOB_NOT_RETRYABLE' });
  });

  it('are removed with their files once they have ended', async () => {
    const jobId = await completed();
    await jobs.purge(jobId);
    expect(await jobs.get(jobId)).toBeNull();
    expect(await jobs.results.has(jobId)).toBe(false);
    const runs = await jobs.submit(newRequest());
    await desk.begin(runs.jobId);
    await expect(jobs.purge(runs.jobId)).rejects.toMatchObject({ code: 'JOB_NOT_ENDED' });
    await jobs.cancel(runs.jobId);
  });

  it('that were never there are null, and cannot be cancelled, tried again or removed', async () => {
    expect(await jobs.get(unknown)).toBeNull();
    expect(await jobs.wait(unknown)).toBeNull();
    for (const ask of [jobs.cancel(unknown), jobs.retry(unknown), jobs.purge(unknown)]) {
      await expect(ask).rejects.toMatchObject({ code: 'JOB_UNKNOWN' });
    }
  });

  it('are heard of at each change, with a version that grows, until nobody listens', async () => {
    const heard: string[] = [];
    const { jobId, version } = await jobs.submit(newRequest());
    const unwatch = jobs.watch((change) => {
      if (change?.jobId === jobId) heard.push(change.status);
    });
    await desk.begin(jobId);
    await desk.end(jobId);
    while (heard.at(-1) !== 'completed') await sleep(10);
    unwatch();
    expect((await jobs.get(jobId))?.version).toBeGreaterThan(version);
    const count = heard.length;
    await jobs.purge(jobId);
    expect(heard).toHaveLength(count);
  });
});

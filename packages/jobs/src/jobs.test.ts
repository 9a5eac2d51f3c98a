import { setTimeout as sleep } from 'node:timers/promises';
import { AtollError } from '@atoll/errors/error';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PostgresServer } from '../test/postgres-server.ts';
import { answer, eventually, readAnswer, request, Scratch, until } from '../test/scratch.ts';
import type { Job } from './job.ts';
import type { Jobs } from './jobs.ts';
import type { JobHandler } from './worker.ts';

/** The same on both databases. */
describe.each(['PGlite', 'PostgreSQL'] as const)('on %s', (name) => {
  let server: PostgresServer | null = null;
  const scratch = new Scratch(async () => (server === null ? null : server.newDatabase()));
  const errors: unknown[] = [];
  /** The work of each job, by its case. */
  const work = new Map<string, JobHandler>();
  let jobs: Jobs;

  const runWork: JobHandler = (job, control) => {
    const handler = work.get(job.caseId);
    if (handler === undefined) throw new Error(`No work for ${job.caseId}`);
    return handler(job, control);
  };

  beforeAll(async () => {
    if (name === 'PostgreSQL') server = await PostgresServer.start();
    const onError = (error: unknown) => errors.push(error);
    jobs = await scratch.open({ handler: runWork, concurrency: 2, onError });
  }, 300_000);

  afterAll(async () => {
    await scratch.clear();
    await server?.stop();
  });

  /** Submits a job that does this. */
  function submit(handler: JobHandler, to: Jobs = jobs): Promise<Job> {
    const caseId = `case-${work.size}`;
    work.set(caseId, handler);
    return to.submit({ ...request, caseId });
  }

  /** Runs until it is told to stop, as an engine does. */
  const endless: JobHandler = (_job, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new AtollError('JOB_CANCELLED')));
    });

  describe('a submission that is sent again', () => {
    const key = () => crypto.randomUUID();

    it('makes one job, however many are on their way at once', async () => {
      const submissionKey = key();
      const caseId = 'case-sent-again';
      work.set(caseId, async () => answer('done'));
      const send = () => jobs.submit({ ...request, caseId }, { submissionKey, force: true });
      const sent = await Promise.all(Array.from({ length: 8 }, send));
      expect(new Set(sent.map(({ jobId }) => jobId)).size).toBe(1);
      await until(jobs, sent[0].jobId, 'completed');
      const later = await send();
      expect(later).toMatchObject({ jobId: sent[0].jobId, status: 'completed' });
    });

    it('makes a job of its own under a key of its own', async () => {
      const send = () =>
        jobs.submit({ ...request, caseId: 'case-sent-again' }, { submissionKey: key(), force: true });
      const [one, two] = await Promise.all([send(), send()]);
      expect(one.jobId).not.toBe(two.jobId);
    });

    it('is refused when its key was another request’s', async () => {
      const submissionKey = key();
      await jobs.submit({ ...request, caseId: 'case-sent-again' }, { submissionKey, force: true });
      await expect(
        jobs.submit({ ...request, caseId: 'case-other' }, { submissionKey }),
      ).rejects.toMatchObject({
        code: 'SUBMISSION_KEY_USED',
      });
    });
  });

  describe('a job', () => {
    it('goes from pending over running to completed, and its files are there', async () => {
      const release = Promise.withResolvers<void>();
      const job = await submit(async (_job, { onProgress }) => {
        onProgress({ progress: 40.7, stage: 'middle', message: 'Halfway' });
        await release.promise;
        return answer('done');
      });
      expect(job).toMatchObject({
        ...request,
        caseId: job.caseId,
        status: 'pending',
        startedAt: null,
        error: null,
      });
      expect(job.jobId).toMatch(/^[0-9a-f]{32}$/);
      await eventually(async () => (await jobs.get(job.jobId))?.progress === 40);
      expect(await jobs.get(job.jobId)).toMatchObject({
        status: 'running',
        stage: 'middle',
        progressMessage: 'Halfway',
        finishedAt: null,
      });
      expect(await readAnswer(jobs, job.jobId)).toBeNull();
      release.resolve();
      expect(await until(jobs, job.jobId, 'completed')).toMatchObject({
        progress: 100,
        stage: null,
        error: null,
        startedAt: expect.any(Date),
        finishedAt: expect.any(Date),
      });
      expect(await readAnswer(jobs, job.jobId)).toBe('done');
    });

    it('that fails by its images is failed at once, with code and sentence, and not tried again', async () => {
      let runs = 0;
      const { jobId } = await submit(async () => {
        runs++;
        throw new AtollError('STUDY_NO_BRAIN', 'No brain here.');
      });
      const job = await until(jobs, jobId, 'failed');
      expect(job.error).toEqual({ code: 'STUDY_NO_BRAIN', message: 'No brain here.' });
      // The slots are free for others, and it does not come back.
      await until(jobs, (await submit(async () => answer('next'))).jobId, 'completed');
      expect(runs).toBe(1);
    });

    // A token of the hub that is not set; a name that two sources have.
    it.each(['SOURCE_REFUSED', 'CASE_AMBIGUOUS'] as const)(
      'that fails with %s, which only a person can mend, is failed at once and told to the log',
      async (code) => {
        let runs = 0;
        const { jobId } = await submit(async () => {
          runs++;
          throw new AtollError(code);
        });
        expect((await until(jobs, jobId, 'failed')).error).toMatchObject({ code });
        await until(jobs, (await submit(async () => answer('next'))).jobId, 'completed');
        expect(runs).toBe(1);
        expect(errors).toContainEqual(expect.objectContaining({ code }));
      },
    );

    it('whose case is out of reach for a moment is tried again', async () => {
      let runs = 0;
      const { jobId } = await submit(async () => {
        if (++runs === 1) throw new AtollError('SOURCE_UNREACHABLE');
        return answer(`run ${runs}`);
      });
      await until(jobs, jobId, 'completed', 'failed');
      expect(await readAnswer(jobs, jobId)).toBe('run 2');
    });

    it('that breaks is tried again, and can still succeed', async () => {
      let runs = 0;
      const { jobId } = await submit(async () => {
        if (++runs === 1) throw new TypeError('Broken');
        return answer(`run ${runs}`);
      });
      expect((await until(jobs, jobId, 'completed', 'failed')).error).toBeNull();
      expect(await readAnswer(jobs, jobId)).toBe('run 2');
    });

    it('that breaks each time fails in the end, and keeps the reason', async () => {
      let runs = 0;
      const { jobId } = await submit(async () => {
        throw new AtollError('ENGINE_FAILED', `Broken ${++runs}`);
      });
      const job = await until(jobs, jobId, 'failed');
      expect(runs).toBe(4);
      expect(job.error).toEqual({ code: 'ENGINE_FAILED', message: 'Broken 4' });
    });

    it('shows a sentence, and the log the cause, when the engine throws what it should not', async () => {
      const cause = new TypeError('x is not a function');
      const { jobId } = await submit(() => {
        throw cause;
      });
      const { error } = await until(jobs, jobId, 'failed');
      expect(error).toEqual({ code: 'ENGINE_FAILED', message: 'The engine stopped with an error.' });
      expect(errors).toContainEqual(expect.objectContaining({ code: 'ENGINE_FAILED', cause }));
    });

    it('whose end was not noted runs again, and its files are those that a reader may have seen', async () => {
      let runs = 0;
      const { jobId } = await submit(async (job) => {
        const files = answer(`run ${++runs}`);
        // As if the process had died between the files and the word that they are there.
        if (runs === 1) {
          await jobs.results.put(job.jobId, files);
          throw new Error('Killed');
        }
        return files;
      });
      await until(jobs, jobId, 'completed');
      expect(runs).toBe(2);
      expect(await readAnswer(jobs, jobId)).toBe('run 1');
    });

    it('that is not there is null, whatever is asked for', async () => {
      for (const jobId of ['0'.repeat(32), '', '../..', "' OR 1=1 --"])
        expect(await jobs.get(jobId)).toBeNull();
    });

    it('that the database refuses leaves nothing in the queue, and no name in the error', async () => {
      const before = await jobs.counts();
      const refusal: unknown = await jobs
        .submit({ ...request, caseId: 'some\0case' })
        .catch((error) => error);
      expect(refusal).toMatchObject({ code: 'QUEUE_UNREACHABLE' });
      expect(String(refusal)).not.toContain('some');
      expect(await jobs.counts()).toEqual(before);
    });
  });

  describe('cancelling', () => {
    it('stops the work of a running job and frees its slot', async () => {
      let aborted = false;
      const { jobId } = await submit((job, control) => {
        control.signal.addEventListener('abort', () => {
          aborted = true;
        });
        return endless(job, control);
      });
      await until(jobs, jobId, 'running');
      expect((await jobs.cancel(jobId)).status).toBe('cancelled');
      expect(aborted).toBe(true);
      expect((await jobs.cancel(jobId)).status).toBe('cancelled');
      await eventually(async () => (await jobs.counts()).running === 0);
      expect(await jobs.get(jobId)).toMatchObject({ status: 'cancelled', finishedAt: expect.any(Date) });
    });

    it('frees the slots even when the work does not listen, and what it brings later counts for nothing', async () => {
      const release = Promise.withResolvers<void>();
      const deaf: JobHandler = async () => {
        await release.promise;
        return answer('too late');
      };
      const both = [await submit(deaf), await submit(deaf)];
      for (const { jobId } of both) {
        await until(jobs, jobId, 'running');
        await jobs.cancel(jobId);
      }
      await until(jobs, (await submit(async () => answer('next'))).jobId, 'completed');
      release.resolve();
      await until(jobs, (await submit(async () => answer('next'))).jobId, 'completed');
      for (const { jobId } of both) {
        expect((await jobs.get(jobId))?.status).toBe('cancelled');
        expect(await readAnswer(jobs, jobId)).toBeNull();
      }
    });

    it('keeps a waiting job from ever starting', async () => {
      let started = false;
      const running = [await submit(endless), await submit(endless)];
      for (const { jobId } of running) await until(jobs, jobId, 'running');
      const waiting = await submit(async () => {
        started = true;
        return answer('done');
      });
      expect((await jobs.cancel(waiting.jobId)).status).toBe('cancelled');
      for (const { jobId } of running) await jobs.cancel(jobId);
      await until(jobs, (await submit(async () => answer('next'))).jobId, 'completed');
      expect(started).toBe(false);
      expect(await jobs.get(waiting.jobId)).toMatchObject({ status: 'cancelled', startedAt: null });
    });

    it('is refused for an ended job, and unknown for an unknown one', async () => {
      const { jobId } = await submit(async () => answer('done'));
      await until(jobs, jobId, 'completed');
      await expect(jobs.cancel(jobId)).rejects.toMatchObject({ code: 'JOB_NOT_CANCELLABLE' });
      expect(await readAnswer(jobs, jobId)).toBe('done');
      await expect(jobs.cancel('0'.repeat(32))).rejects.toMatchObject({ code: 'JOB_UNKNOWN' });
    });

    it('racing with the end leaves one of the two, never both', async () => {
      const outcomes = new Map<string, string | null>();
      for (let round = 0; round < 16; round++) {
        const finished = Promise.withResolvers<void>();
        const { jobId } = await submit(async () => {
          finished.resolve();
          return answer('done');
        });
        await finished.promise;
        // Sometimes at once, sometimes while the files are written, sometimes after.
        await sleep(round);
        const outcome = await jobs.cancel(jobId).then(
          (job) => job.status,
          (error: unknown) => (error instanceof AtollError ? error.code : String(error)),
        );
        outcomes.set(jobId, outcome);
      }
      // Both slots have gone on when two more jobs have run at the same time.
      const release = Promise.withResolvers<void>();
      const next: JobHandler = () => release.promise.then(() => answer('next'));
      for (const { jobId } of [await submit(next), await submit(next)]) await until(jobs, jobId, 'running');
      release.resolve();
      for (const [jobId, outcome] of outcomes) {
        const status = (await jobs.get(jobId))?.status;
        expect([outcome, status, await readAnswer(jobs, jobId)]).toBeOneOf([
          ['cancelled', 'cancelled', null],
          ['JOB_NOT_CANCELLABLE', 'completed', 'done'],
        ]);
      }
    });
  });

  describe('purging', () => {
    it('removes an ended job with its files, and no other', async () => {
      const { jobId } = await submit(async () => answer('done'));
      await until(jobs, jobId, 'completed');
      await jobs.purge(jobId);
      expect(await jobs.get(jobId)).toBeNull();
      expect(await readAnswer(jobs, jobId)).toBeNull();
      await expect(jobs.purge(jobId)).rejects.toMatchObject({ code: 'JOB_UNKNOWN' });
      const running = await submit(endless);
      await expect(jobs.purge(running.jobId)).rejects.toMatchObject({ code: 'JOB_NOT_ENDED' });
      await jobs.cancel(running.jobId);
      await jobs.purge(running.jobId);
      expect(await jobs.get(running.jobId)).toBeNull();
    });
  });

  describe('the queue', () => {
    it('drains a backlog on its slots, two at a time, without pauses between jobs', async () => {
      let atOnce = 0;
      let most = 0;
      const brief: JobHandler = async () => {
        most = Math.max(most, ++atOnce);
        await sleep(10);
        atOnce--;
        return answer('done');
      };
      const submitted = await Promise.all(Array.from({ length: 20 }, () => submit(brief)));
      // With the idle wait of a notified worker (30 s) between jobs, this would outlast any test.
      for (const { jobId } of submitted) await until(jobs, jobId, 'completed');
      expect(most).toBe(2);
      expect(await jobs.counts()).toEqual({ pending: 0, running: 0 });
    });

    it('is full when as many wait as may, however many come at once', async () => {
      // A day is the longest that the settings allow a job.
      const small = await scratch.open({ handler: endless, maxPending: 2, timeoutSeconds: 86_400 });
      await until(small, (await small.submit(request)).jobId, 'running');
      const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => small.submit(request)));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
      expect(outcomes).toContainEqual({
        status: 'rejected',
        reason: expect.objectContaining({ code: 'QUEUE_FULL' }),
      });
      expect(await small.counts()).toEqual({ pending: 2, running: 1 });
      await small.stop();
      await expect(small.submit(request)).rejects.toMatchObject({
        code: 'QUEUE_UNREACHABLE',
        message: expect.stringContaining('stopping'),
      });
    });

    it('stops a job that takes longer than its engine may, and says so', async () => {
      let aborted = false;
      const brief = await scratch.open({
        timeoutSeconds: 60,
        engineTimeouts: new Map([[request.engine, 1]]),
        handler: (job, control) => {
          control.signal.addEventListener('abort', () => {
            aborted = true;
          });
          return endless(job, control);
        },
      });
      const { jobId } = await brief.submit(request);
      expect((await until(brief, jobId, 'failed')).error).toMatchObject({
        code: 'JOB_TIMED_OUT',
        message: expect.stringContaining('1 second'),
      });
      expect(aborted).toBe(true);
    });
  });
});

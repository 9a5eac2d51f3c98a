import { Client } from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { answer, eventually, readAnswer, request, Scratch, until } from '../test/scratch.ts';
import { usePostgres } from '../test/use-postgres.ts';
import type { JobChange } from './job-feed.ts';
import type { Jobs } from './jobs.ts';
import type { JobsOptions } from './open-jobs.ts';
import type { JobHandler } from './worker.ts';

const server = usePostgres();
const scratch = new Scratch();
afterAll(() => scratch.clear());

/** Opens several ends of one queue, as processes on several machines with a shared folder would. */
async function open(...ends: Partial<JobsOptions>[]): Promise<Jobs[]> {
  const databaseUrl = await server().newDatabase();
  const dataDir = scratch.emptyFolder();
  return Promise.all(ends.map((end) => scratch.open({ databaseUrl, dataDir, ...end })));
}

const endless: JobHandler = (_job, { signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')));
  });

describe('a queue on PostgreSQL', () => {
  it('is made by as many processes at once as start at once', async () => {
    const ends = await open({}, {}, {}, {});
    const { jobId } = await ends[0].submit(request, { force: true });
    await until(ends[3], jobId, 'completed');
    expect(await readAnswer(ends[1], jobId)).toBe('done');
  });

  it('lets an end without workers submit, and the others do the work', async () => {
    const [api, worker] = await open(
      { concurrency: 0 },
      { concurrency: 2, handler: async () => answer('there') },
    );
    const { jobId } = await api.submit(request, { force: true });
    await until(api, jobId, 'completed');
    expect(await readAnswer(api, jobId)).toBe('there');
    await worker.stop();
    const waiting = await api.submit(request, { force: true });
    expect(await api.counts()).toEqual({ pending: 1, running: 0 });
    expect((await api.cancel(waiting.jobId)).status).toBe('cancelled');
  });

  it('stops the work of a job that another process cancels', async () => {
    const stopped = Promise.withResolvers<void>();
    const [api] = await open(
      { concurrency: 0 },
      {
        handler: (job, control) => {
          control.signal.addEventListener('abort', () => stopped.resolve());
          return endless(job, control);
        },
      },
    );
    const { jobId } = await api.submit(request, { force: true });
    await until(api, jobId, 'running');
    await api.cancel(jobId);
    await stopped.promise;
    // The slot is free for the next.
    const next = await api.submit(request, { force: true });
    await until(api, next.jobId, 'running');
    await api.cancel(next.jobId);
  });

  it('tells every process of every change of a job, in order', async () => {
    const [api] = await open({ concurrency: 0 }, {});
    const heard: JobChange[] = [];
    api.watch((change) => heard.push(change));
    const { jobId } = await api.submit(request);
    const statuses = () => heard.flatMap((change) => (change?.jobId === jobId ? [change.status] : []));
    await eventually(() => statuses().at(-1) === 'completed');
    const steps = statuses().filter((status, index, all) => status !== all[index - 1]);
    expect(steps).toEqual(['running', 'completed']);
  });

  it('never gives one job to two workers', async () => {
    const runs = new Map<string, number>();
    const handler: JobHandler = async ({ jobId }) => {
      runs.set(jobId, (runs.get(jobId) ?? 0) + 1);
      return answer('done');
    };
    const ends = await open(
      { handler, concurrency: 2 },
      { handler, concurrency: 2 },
      { handler, concurrency: 2 },
    );
    const submitted = await Promise.all(
      Array.from({ length: 60 }, (_, index) => ends[index % 3].submit(request, { force: true })),
    );
    for (const { jobId } of submitted) await until(ends[0], jobId, 'completed');
    expect([...runs.values()]).toEqual(submitted.map(() => 1));
  });

  it('lets a job rest that two workers died of, and runs it afterwards', async () => {
    const databaseUrl = await server().newDatabase();
    const dataDir = scratch.emptyFolder();
    const api = await scratch.open({ databaseUrl, dataDir, concurrency: 0 });
    const { jobId } = await api.submit(request);
    // As the second of two killed workers leaves it when its heartbeat has run out.
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query("UPDATE pgboss.job SET retry_count = 1, started_on = now(), state = 'retry'");
    await client.query("UPDATE atoll.jobs SET status = 'running', attempt = 1");
    await client.end();
    const worker = await scratch.open({ databaseUrl, dataDir, restSeconds: 2 });
    await eventually(async () => (await api.get(jobId))?.status === 'pending');
    expect((await api.get(jobId))?.progressMessage).toContain('it waits 2 seconds before the next attempt');
    await until(worker, jobId, 'completed');
  });

  it('lives through a crash of the server in mid-run, and loses nothing', async () => {
    const release = Promise.withResolvers<void>();
    const [api, worker] = await open(
      { concurrency: 0 },
      { concurrency: 2, handler: () => release.promise.then(() => answer('late')) },
    );
    const jobs = await Promise.all([1, 2, 3].map(() => api.submit(request, { force: true })));
    // Which two of the three is not said: they were submitted at once.
    await eventually(async () => (await api.counts()).running === 2);
    await server().down('SIGQUIT');
    await expect(api.submit(request, { force: true })).rejects.toMatchObject({ code: 'QUEUE_UNREACHABLE' });
    release.resolve();
    await server().up();
    for (const { jobId } of jobs) {
      await eventually(async () => (await worker.get(jobId).catch(() => null))?.status === 'completed');
      expect(await readAnswer(api, jobId)).toBe('late');
    }
  }, 120_000);
});

describe('a database that cannot be used', () => {
  it('is waited for while it is only starting', async () => {
    const databaseUrl = await server().newDatabase();
    await server().down();
    const opening = scratch.open({ databaseUrl });
    await new Promise((resolve) => setTimeout(resolve, 500));
    await server().up();
    const jobs = await opening;
    expect(await jobs.counts()).toEqual({ pending: 0, running: 0 });
  });

  it('is refused without a word of its password', async () => {
    const url = server().url('nowhere').replace('atoll@', 'atoll:secret@');
    const refusal: unknown = await scratch.open({ databaseUrl: url }).catch((error) => error);
    expect(refusal).toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      message: expect.stringContaining('3D000'),
    });
    expect(String(refusal)).not.toContain('secret');
  });
});

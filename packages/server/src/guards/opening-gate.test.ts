import { AtollError } from '@atoll/errors/error';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { memoryParts } from '../../test/memory-parts.ts';
import { openingDesk } from '../jobs/opening-desk.ts';
import type { JobDesk } from '../parts.ts';
import { buildServer } from '../server.ts';

let server: FastifyInstance;

afterEach(() => server.close());

/** A server whose queue is being opened. */
async function opening() {
  const parts = memoryParts();
  const { promise, resolve, reject } = Promise.withResolvers<JobDesk>();
  promise.catch(() => undefined);
  server = await buildServer({ ...parts, jobs: openingDesk(promise), opening: promise });
  return { open: () => resolve(parts.jobs), fail: reject, jobs: parts.jobs };
}

const submit = () =>
  server.inject({ method: 'POST', url: '/api/segment', payload: { case_id: 'sub-stroke0001' } });

describe('a server whose queue is being opened', () => {
  it('says that it lives, and of jobs nothing', async () => {
    await opening();
    const { statusCode, body } = await server.inject('/health');
    expect(statusCode).toBe(200);
    expect(JSON.parse(body).status).toBe('healthy');
    expect(JSON.parse(body).jobs).toBeUndefined();
  });

  it('lets whoever wants more wait, and answers them when it is open', async () => {
    const { open, jobs } = await opening();
    const answers = [submit(), server.inject('/api/cases'), server.inject('/ready')];
    let answered = 0;
    for (const answer of answers) void answer.then(() => answered++);
    await server.inject('/health');
    expect(answered).toBe(0);
    open();
    const [submitted, cases, ready] = await Promise.all(answers);
    expect([submitted.statusCode, cases.statusCode, ready.statusCode]).toEqual([202, 200, 200]);
    expect(await jobs.get(submitted.json().jobId)).not.toBeNull();
    expect((await server.inject('/metrics')).body).toContain('atoll_jobs{');
    // The metrics' own, which began before there was a queue.
    expect(jobs.watching).toBe(1);
  });

  it('tells those who wait when the queue cannot be opened', async () => {
    const { fail } = await opening();
    const answer = submit();
    fail(new AtollError('DATA_DIR_LOCKED'));
    expect((await answer).json().code).toBe('DATA_DIR_LOCKED');
  });
});

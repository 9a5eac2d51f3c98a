import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { memoryParts } from '../../test/memory-parts.ts';
import { buildServer } from '../server.ts';

let server: FastifyInstance;

const request = {
  caseId: 'sub-stroke0001',
  engine: 'diffusion',
  engineVersion: '1',
  preset: 'balanced',
  options: [],
};

afterEach(() => server.close());

describe('the rate limit', () => {
  it('refuses one client for a while with a code of its own, and no other', async () => {
    server = await buildServer(
      memoryParts({
        ATOLL_RATE_LIMIT_PER_MINUTE: '3',
        ATOLL_TRUSTED_PROXIES: 'loopback',
        ATOLL_ORIGINS: 'https://viewer.example.org',
      }),
    );
    const get = (client: string, url = '/api/cases') =>
      server.inject({
        url,
        headers: { 'X-Forwarded-For': client, Origin: 'https://viewer.example.org' },
      });
    for (let request = 0; request < 3; request++) expect((await get('192.0.2.1')).statusCode).toBe(200);
    const refused = await get('192.0.2.1');
    expect([refused.statusCode, refused.json().code]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(refused.headers['access-control-allow-origin']).toBe('https://viewer.example.org');
    expect(Object.keys(refused.headers).filter((name) => name.startsWith('x-ratelimit'))).toEqual([]);
    expect((await get('192.0.2.2')).statusCode).toBe(200);
    // Who watches the service is not a client of it.
    for (const url of ['/health', '/ready', '/metrics']) {
      expect((await get('192.0.2.1', url)).statusCode).toBe(200);
    }
  });

  it('knows a client by its socket where nobody is a trusted proxy', async () => {
    server = await buildServer(memoryParts({ ATOLL_RATE_LIMIT_PER_MINUTE: '3' }));
    const statuses: number[] = [];
    for (let request = 0; request < 4; request++) {
      const headers = { 'X-Forwarded-For': `192.0.2.${request}` };
      statuses.push((await server.inject({ url: '/api/cases', headers })).statusCode);
    }
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  it('says for how long, as long as it will be, however often it is asked', async () => {
    server = await buildServer(memoryParts({ ATOLL_RATE_LIMIT_PER_MINUTE: '1' }));
    await server.inject({ url: '/api/cases' });
    for (let request = 0; request < 3; request++) {
      const { headers } = await server.inject({ url: '/api/cases' });
      // The minute has hardly begun: a guess of 15 seconds would send them into the next refusal.
      expect(Number(headers['retry-after'])).toBeGreaterThan(30);
    }
  });

  it('can be switched off', async () => {
    server = await buildServer(memoryParts({ ATOLL_RATE_LIMIT_PER_MINUTE: '0' }));
    const answers = await Promise.all(Array.from({ length: 50 }, () => server.inject('/api/cases')));
    expect(answers.every(({ statusCode }) => statusCode === 200)).toBe(true);
  });
});

describe('the metrics', () => {
  it('tell the queue, the outcomes and the event loop, and no case', async () => {
    const parts = memoryParts();
    server = await buildServer(parts);
    const { jobId } = await parts.jobs.submit(request);
    const createdAt = new Date('2026-11-24T12:00:00Z');
    const after = (seconds: number) => new Date(createdAt.getTime() + 1000 * seconds);
    parts.jobs.set(jobId, {
      status: 'completed',
      createdAt,
      startedAt: after(2),
      finishedAt: after(6),
    });
    await parts.jobs.submit(request);
    await new Promise(setImmediate);
    const answer = await server.inject('/metrics');
    expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    const lines = answer.body.split('\n');
    expect(lines).toContain('atoll_jobs{engine="diffusion",status="pending"} 1');
    expect(lines).toContain('atoll_worker_slots 1');
    expect(answer.body).toMatch(/^atoll_jobs_ended_total\{engine="diffusion",outcome="completed"\} \d/m);
    expect(answer.body).toMatch(/^atoll_job_wait_seconds_bucket\{le="2.5",engine="diffusion"\} 1/m);
    expect(answer.body).toMatch(/^atoll_job_run_seconds_sum\{engine="diffusion",outcome="completed"\} 4/m);
    expect(answer.body).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
    expect(answer.body).not.toContain('stroke');
  });
});

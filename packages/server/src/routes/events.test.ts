import { once } from 'node:events';
import { get } from 'node:http';
import { Job } from '@atoll/contract/jobs';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { completeJob, type MemoryParts, memoryParts } from '../../test/memory-parts.ts';
import { buildServer } from '../server.ts';

let parts: MemoryParts;
let server: FastifyInstance;
let url: string;

const request = {
  caseId: 'case-one',
  engine: 'diffusion',
  engineVersion: '1',
  preset: 'balanced',
  options: [],
};

beforeEach(async () => {
  parts = memoryParts({ ATOLL_ORIGINS: 'https://viewer.example.org' });
  server = await buildServer(parts);
  url = await server.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(() => server.close());

/** Listens to a job. `next` waits for an event, null at the end. */
async function listen(jobId: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/api/jobs/${jobId}/events`, { headers });
  const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async (): Promise<{ id: number; job: Job } | null> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const event = text.slice(0, end);
        text = text.slice(end + 2);
        const [, id, data] = /^id: (\d+)\nevent: job\ndata: (.*)$/.exec(event) ?? [];
        if (data !== undefined) return { id: Number(id), job: Job.parse(JSON.parse(data)) };
        continue;
      }
      const { done, value } = await reader.read();
      if (done) return null;
      text += value;
    }
  };
  return { response, next, cancel: () => reader.cancel() };
}

describe('the events of a job', () => {
  it('can be read by pages of listed origins alone, and by isolated ones', async () => {
    const jobId = await completeJob(parts.jobs, 'case-one');
    const listed = await listen(jobId, { Origin: 'https://viewer.example.org' });
    expect(listed.response.headers.get('Access-Control-Allow-Origin')).toBe('https://viewer.example.org');
    expect(listed.response.headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin');
    const foreign = await listen(jobId, { Origin: 'https://evil.example.org' });
    expect(foreign.response.headers.get('Access-Control-Allow-Origin')).toBeNull();
    await Promise.all([listed.cancel(), foreign.cancel()]);
  });

  it('are not all one client’s: it polls from then on, and others still listen', async () => {
    await server.close();
    parts = memoryParts({ ATOLL_TRUSTED_PROXIES: 'loopback', ATOLL_RATE_LIMIT_PER_MINUTE: '0' });
    server = await buildServer({ ...parts, crowd: { requests: 1000, streams: 20 } });
    url = await server.listen({ port: 0, host: '127.0.0.1' });
    const { jobId } = await parts.jobs.submit(request);
    const from = async (client: string) => {
      const headers = { 'X-Forwarded-For': client };
      const asked = get(`${url}/api/jobs/${jobId}/events`, { agent: false, headers });
      const [answer] = await once(asked, 'response');
      return { status: Number(answer.statusCode), leave: () => asked.destroy() };
    };
    const own = await Promise.all(Array.from({ length: 13 }, () => from('192.0.2.1')));
    expect(own.filter(({ status }) => status === 503)).toHaveLength(3);
    const another = await from('192.0.2.2');
    expect(another.status).toBe(200);
    for (const { leave } of [...own, another]) leave();
  });

  it('say how it stands, then each change, and end with it', async () => {
    const { jobId } = await parts.jobs.submit(request);
    const { response, next } = await listen(jobId, { Origin: 'https://viewer.example.org' });
    expect(response.headers.get('Content-Type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe('https://viewer.example.org');
    expect(response.headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin');
    expect((await next())?.job).toMatchObject({
      status: 'pending',
      queuePosition: 2,
      estimatedWaitSeconds: 60,
    });
    parts.jobs.set(jobId, { status: 'running', progress: 40 });
    expect((await next())?.job).toMatchObject({ status: 'running', progress: 40, queuePosition: null });
    parts.jobs.set(jobId, { status: 'cancelled' });
    expect((await next())?.job.status).toBe('cancelled');
    expect(await next()).toBeNull();
  });

  it('go on where a client left off, and tell one that has seen the end to stop', async () => {
    const { jobId } = await parts.jobs.submit(request);
    parts.jobs.set(jobId, { status: 'running', progress: 10 });
    const first = await listen(jobId);
    const seen = String((await first.next())?.id);
    await first.cancel();
    const second = await listen(jobId, { 'Last-Event-ID': seen });
    parts.jobs.set(jobId, { progress: 20 });
    expect((await second.next())?.job.progress).toBe(20);
    parts.jobs.set(jobId, { status: 'cancelled' });
    const last = String((await second.next())?.id);
    const third = await listen(jobId, { 'Last-Event-ID': last });
    expect(third.response.status).toBe(204);
  });

  it('bring the result of a job that has ended already', async () => {
    const jobId = await completeJob(parts.jobs, 'case-one');
    const { next } = await listen(jobId);
    expect((await next())?.job.result?.caseId).toBe('case-one');
    expect(await next()).toBeNull();
  });

  it('are none of an unknown job', async () => {
    const response = await fetch(`${url}/api/jobs/${'0'.repeat(32)}/events`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'JOB_UNKNOWN' });
  });

  it('do not hold up a stop', async () => {
    const { jobId } = await parts.jobs.submit(request);
    const { next } = await listen(jobId);
    await next();
    const closed = once(server.server, 'close');
    await server.close();
    await closed;
    expect(await next()).toBeNull();
  });

  it('stop listening when the client goes', async () => {
    const { jobId } = await parts.jobs.submit(request);
    const before = parts.jobs.watching;
    const stream = await listen(jobId);
    await stream.next();
    expect(parts.jobs.watching).toBe(before + 1);
    await stream.cancel();
    // The server hears of it when it next has something to say, at the latest.
    parts.jobs.set(jobId, { progress: 1 });
    await expect.poll(() => parts.jobs.watching).toBe(before);
  });

  it('tell all who listen, and look at the job once for all of them', async () => {
    const { jobId } = await parts.jobs.submit(request);
    parts.jobs.set(jobId, { status: 'running', progress: 10 });
    const streams = await Promise.all(Array.from({ length: 50 }, () => listen(jobId)));
    for (const { next } of streams) expect((await next())?.job.progress).toBe(10);
    const looks = vi.spyOn(parts.jobs, 'get');
    parts.jobs.set(jobId, { progress: 60 });
    for (const { next } of streams) expect((await next())?.job.progress).toBe(60);
    expect(looks).toHaveBeenCalledTimes(1);
    await Promise.all(streams.map(({ cancel }) => cancel()));
  });
});

describe('more than are served at once', () => {
  let small: FastifyInstance;
  let smallUrl: string;
  beforeEach(async () => {
    small = await buildServer({ ...parts, crowd: { requests: 1, streams: 4 } });
    smallUrl = await small.listen({ port: 0, host: '127.0.0.1' });
  });
  afterEach(async () => {
    // fetch opens connections ahead of their requests, and keeps them.
    small.server.closeAllConnections();
    await small.close();
  });

  it('are refused before anything is looked up: streams, of which one client leaves as many as it has', async () => {
    const { jobId } = await parts.jobs.submit(request);
    const events = `${smallUrl}/api/jobs/${jobId}/events`;
    const held = [await fetch(events), await fetch(events)];
    const looks = vi.spyOn(parts.jobs, 'get');
    const refused = await fetch(events);
    expect([refused.status, Number(refused.headers.get('Retry-After')) > 0]).toEqual([503, true]);
    expect(await refused.json()).toMatchObject({ code: 'STREAMS_FULL' });
    expect(looks).not.toHaveBeenCalled();
    await Promise.all(held.map(({ body }) => body?.cancel()));
    await expect.poll(async () => (await fetch(events, { method: 'GET' })).status).toBe(200);
  });

  it('are refused before anything is looked up: requests', async () => {
    const { jobId } = await parts.jobs.submit(request);
    const looked = Promise.withResolvers<null>();
    const looks = vi.spyOn(parts.jobs, 'get').mockImplementation(() => looked.promise);
    const first = fetch(`${smallUrl}/api/jobs/${jobId}`);
    await expect.poll(() => looks.mock.calls.length).toBe(1);
    const refused = await fetch(`${smallUrl}/api/jobs/${jobId}`);
    expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'SERVICE_BUSY' }]);
    expect(looks).toHaveBeenCalledTimes(1);
    looked.resolve(null);
    expect((await first).status).toBe(404);
  });
});

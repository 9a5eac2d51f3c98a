import { Problem } from '@atoll/contract/problem';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MemoryParts, memoryParts } from '../../test/memory-parts.ts';
import { buildServer } from '../server.ts';

let parts: MemoryParts;
let server: FastifyInstance;

beforeEach(async () => {
  parts = memoryParts();
  server = await buildServer(parts);
});
afterEach(() => server.close());

const type = (name: string) => ({ 'content-type': name });
const json = type('application/json');
const post = (payload: string, headers: Record<string, string> = json) =>
  server.inject({ method: 'POST', url: '/api/segment', headers, payload });

describe('a request that cannot be served', () => {
  it.each([
    ['half a JSON text', '{"case_id":', json, 422, 'REQUEST_NOT_JSON'],
    ['nothing', '', json, 422, 'REQUEST_NOT_JSON'],
    ['a list', '[]', json, 422, 'REQUEST_INVALID'],
    ['null', 'null', json, 422, 'REQUEST_INVALID'],
    ['a prototype', '{"__proto__":{"x":1},"case_id":"case-one"}', json, 422, 'REQUEST_NOT_JSON'],
    ['70 kB', `{"case_id":"${'x'.repeat(70_000)}"}`, json, 413, 'REQUEST_TOO_LARGE'],
    [
      'a form',
      'case_id=case-one',
      type('application/x-www-form-urlencoded'),
      415,
      'CONTENT_TYPE_UNSUPPORTED',
    ],
    ['plain text', '{"case_id":"case-one"}', type('text/plain'), 415, 'CONTENT_TYPE_UNSUPPORTED'],
    ['an unknown type', '{"case_id":"case-one"}', type('nonsense'), 415, 'CONTENT_TYPE_UNSUPPORTED'],
  ])('gets a code, a sentence and what to do for %s', async (_what, payload, headers, status, code) => {
    const answer = await post(payload, headers);
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
    expect(Problem.parse(answer.json()).action).not.toBe('');
    expect(await parts.jobs.counts()).toEqual({ pending: 0, running: 0 });
  });

  it('is told which methods an address takes', async () => {
    const cases = [
      ['GET', '/api/segment', 'POST'],
      ['PUT', '/api/segment', 'POST'],
      ['DELETE', '/api/cases', 'GET, HEAD, POST'],
      ['PUT', '/api/uploads', 'POST'],
      ['POST', `/api/jobs/${'0'.repeat(32)}`, 'GET, HEAD, DELETE'],
      ['DELETE', '/files/a/b/c', 'GET, HEAD'],
      ['PATCH', '/', 'GET, HEAD'],
    ] as const;
    for (const [method, url, allow] of cases) {
      const answer = await server.inject({ method, url });
      expect([url, answer.statusCode, answer.json().code]).toEqual([url, 405, 'METHOD_NOT_ALLOWED']);
      expect(String(answer.headers.allow).split(', ').sort()).toEqual(allow.split(', ').sort());
    }
  });

  it('is told that there is nothing at an unknown address, without an echo of it', async () => {
    for (const url of ['/nowhere', '/api', '/api/nothing', '/index.html', '/files/', '/<script>']) {
      const answer = await server.inject({ url });
      expect([url, answer.statusCode, answer.json().code]).toEqual([url, 404, 'ROUTE_UNKNOWN']);
      expect(answer.body).not.toContain(url === '/' ? '?' : url);
    }
    const broken = await server.inject({ url: '/%E0%A4%A' });
    expect([broken.statusCode, Problem.parse(broken.json()).code]).toEqual([400, 'REQUEST_MALFORMED']);
    const long = await server.inject({ url: `/api/jobs/${'0'.repeat(5000)}` });
    expect([long.statusCode, Problem.parse(long.json()).code]).toEqual([404, 'ROUTE_UNKNOWN']);
  });

  it('is told nothing of the inside when the inside fails', async () => {
    parts.jobs.broken = true;
    const answer = await server.inject({ url: `/api/jobs/${'0'.repeat(32)}` });
    expect(answer.statusCode).toBe(500);
    expect(Problem.parse(answer.json()).code).toBe('INTERNAL');
    expect(answer.body).not.toMatch(/secret|stroke|node_modules|\.ts/);
  });

  it('is told nothing of the inside either when an answer breaks the contract', async () => {
    const { cases, sources } = await parts.cases.survey();
    const broken = cases.map((summary) => ({ ...summary, id: 'not / an id' }));
    parts.cases.survey = async () => ({ cases: broken, sources });
    const answer = await server.inject({ url: '/api/cases' });
    expect([answer.statusCode, answer.json().code]).toEqual([500, 'INTERNAL']);
    expect(answer.body).not.toContain('not / an id');
  });
});

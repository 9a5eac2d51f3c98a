import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { completeJob, type MemoryParts, memoryParts } from '../../test/memory-parts.ts';
import { buildServer } from '../server.ts';

const viewer = 'https://lab-stroke-viewer.hf.space';
/**
 * Origins that a loose pattern of the viewer's name lets pass: the first four in the shapes that the audit of the
 * original names, then what a careless comparison lets pass.
 */
const lookAlikes = [
  'https://evil-lab-stroke-viewer.hf.space',
  'https://attacker.com-lab-stroke-viewer-fake.hf.space',
  'https://phishing-lab-stroke-viewer-clone.hf.space',
  'https://lab-stroke-viewer-evil.hf.space',
  'https://lab-stroke-viewer.hf.space.evil.example',
  'https://lab-stroke-viewerXhf.space',
  'https://lab-stroke-viewer.hf.space:8443',
  'http://lab-stroke-viewer.hf.space',
  'https://lab-stroke-viewer.hf.space.',
  'https://LAB-stroke-viewer.hf.space',
  'null',
];

let parts: MemoryParts;
let server: FastifyInstance;

beforeEach(async () => {
  parts = memoryParts({ ATOLL_ORIGINS: `${viewer},http://localhost:5173` });
  server = await buildServer(parts);
});
afterEach(() => server.close());

const send = (method: 'GET' | 'POST' | 'DELETE' | 'OPTIONS', url: string, headers: Record<string, string>) =>
  server.inject({ method, url, headers, ...(method === 'POST' ? { payload: { case_id: 'case-one' } } : {}) });

const preflight = (origin: string, method = 'POST') =>
  send('OPTIONS', '/api/segment', {
    origin,
    'access-control-request-method': method,
    'access-control-request-headers': 'content-type',
  });

const corsHeaders = (headers: object) =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-'));

describe('a page of a listed origin', () => {
  it('may read answers, ranges and errors, without credentials', async () => {
    const jobId = await completeJob(parts.jobs, 'case-one');
    for (const url of [
      '/',
      '/health',
      '/api/cases',
      `/files/${jobId}/case-one/lesion_msk.nii.gz`,
      '/nowhere',
    ]) {
      const { headers } = await send('GET', url, { origin: viewer });
      expect(headers['access-control-allow-origin']).toBe(viewer);
      expect(headers).not.toHaveProperty('access-control-allow-credentials');
      expect(headers.vary).toContain('Origin');
      const exposed = String(headers['access-control-expose-headers']).split(', ');
      for (const name of ['Content-Range', 'Content-Length', 'Accept-Ranges', 'ETag', 'Retry-After']) {
        expect(exposed).toContain(name);
      }
    }
  });

  it('is told by a preflight which methods and headers are in use', async () => {
    const { statusCode, headers } = await preflight(viewer);
    expect(statusCode).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': viewer,
      'access-control-allow-methods': 'GET, HEAD, POST, DELETE, OPTIONS',
      'access-control-allow-headers': 'Content-Type, Range',
      'access-control-max-age': '600',
    });
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it('may submit and cancel', async () => {
    const headers = { origin: viewer, 'sec-fetch-site': 'cross-site' };
    const submitted = await send('POST', '/api/segment', headers);
    expect(submitted.statusCode).toBe(202);
    expect((await send('DELETE', `/api/jobs/${submitted.json().jobId}`, headers)).statusCode).toBe(200);
  });
});

describe('a page of any other origin', () => {
  it.each(lookAlikes)('gets no CORS header and changes nothing: %s', async (origin) => {
    const read = await send('GET', '/api/cases', { origin });
    expect(corsHeaders(read.headers)).toEqual([]);
    expect(read.headers.vary).toContain('Origin');

    for (const refused of [await preflight(origin), await send('POST', '/api/segment', { origin })]) {
      expect(refused.statusCode).toBe(403);
      expect(refused.json().code).toBe('ORIGIN_REFUSED');
      expect(corsHeaders(refused.headers)).toEqual([]);
    }
    expect(await parts.jobs.counts()).toEqual({ pending: 0, running: 0 });
  });

  it('is known by Sec-Fetch-Site where the browser sends no Origin', async () => {
    for (const site of ['cross-site', 'same-site']) {
      const answer = await send('POST', '/api/segment', { 'sec-fetch-site': site });
      expect(answer.statusCode).toBe(403);
    }
    const { jobId } = (await send('POST', '/api/segment', {})).json();
    const remove = await send('DELETE', `/api/jobs/${jobId}`, { origin: 'https://evil.example' });
    expect(remove.statusCode).toBe(403);
    expect((await parts.jobs.get(jobId))?.status).toBe('pending');
  });
});

describe('the own page and scripts', () => {
  it('may submit', async () => {
    const welcome: Record<string, string>[] = [
      {},
      { origin: 'http://localhost:7860', host: 'localhost:7860' },
      { origin: 'http://127.0.0.1:7860', host: '127.0.0.1:7860', 'sec-fetch-site': 'same-origin' },
      // TLS ended at a proxy that says nothing of it: the browser still knows the own page.
      { origin: 'https://localhost:7860', host: 'localhost:7860', 'sec-fetch-site': 'same-origin' },
    ];
    for (const headers of welcome) {
      expect((await send('POST', '/api/segment', headers)).statusCode).toBe(202);
    }
  });

  it('are not taken for pages of another port or name of this machine', async () => {
    for (const origin of ['http://localhost:7861', 'http://127.0.0.1:7860', 'https://localhost:7860']) {
      const answer = await send('POST', '/api/segment', { origin, host: 'localhost:7860' });
      expect(answer.statusCode).toBe(403);
    }
  });
});

describe('every answer', () => {
  it('can be used by an isolated page, and is not taken for what it is not', async () => {
    const jobId = await completeJob(parts.jobs, 'case-one');
    const answers = [
      await send('GET', '/', {}),
      await send('GET', '/api/cases', {}),
      await send('GET', `/files/${jobId}/case-one/lesion_msk.nii.gz`, { range: 'bytes=0-1' }),
      await send('GET', `/files/${jobId}/case-one/lesion_msk.nii.gz`, { 'if-none-match': '*' }),
      await send('GET', `/files/${jobId}/case-one/lesion_msk.nii.gz`, { range: 'bytes=9999-' }),
      await send('GET', '/docs/static/swagger-ui.css', {}),
      await send('GET', '/nowhere', {}),
      await send('GET', '/%E0%A4%A', {}),
      await send('POST', '/api/segment', { origin: 'https://evil.example' }),
      await send('GET', '/', { host: 'evil example' }),
      await preflight(viewer),
    ];
    const statuses = answers.map(({ statusCode }) => statusCode);
    expect(statuses).toEqual([200, 200, 206, 304, 416, 200, 404, 400, 403, 400, 204]);
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        'cross-origin-resource-policy': 'cross-origin',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
      expect(policy).toContain("connect-src 'self'");
      expect(policy).toContain("frame-ancestors 'self' https://huggingface.co");
    }
  });
});

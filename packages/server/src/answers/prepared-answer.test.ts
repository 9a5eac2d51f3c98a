import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { completeJob, type MemoryParts, memoryParts, sampleReport } from '../../test/memory-parts.ts';
import { buildServer } from '../server.ts';
import { codingFor } from './prepared-answer.ts';

let parts: MemoryParts;
let server: FastifyInstance;
beforeEach(async () => {
  parts = memoryParts();
  server = await buildServer(parts);
});
afterEach(() => server.close());

const get = (url: string, headers: Record<string, string> = {}) => server.inject({ url, headers });

describe('an answer that is asked for again', () => {
  it('is 304 to who has it, until the job changes', async () => {
    const { jobId } = await parts.jobs.submit({
      caseId: 'case-one',
      engine: 'diffusion',
      engineVersion: '1',
      preset: 'balanced',
      options: [],
    });
    const url = `/api/jobs/${jobId}`;
    const first = await get(url);
    const etag = String(first.headers.etag);
    const again = await get(url, { 'if-none-match': etag });
    expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', etag]);
    expect(again.headers['cache-control']).toBe('no-store');
    parts.jobs.set(jobId, { status: 'running', progress: 10 });
    const changed = await get(url, { 'if-none-match': etag });
    expect([changed.statusCode, changed.json().status]).toEqual([200, 'running']);
  });

  it('is not that of a completed job whose files are gone, or that was deleted', async () => {
    const gone = await completeJob(parts.jobs, 'case-one');
    const etag = String((await get(`/api/jobs/${gone}`)).headers.etag);
    await parts.jobs.purge(gone);
    expect((await get(`/api/jobs/${gone}`, { 'if-none-match': etag })).statusCode).toBe(404);
    const robbed = await completeJob(parts.jobs, 'case-one');
    expect((await get(`/api/jobs/${robbed}`)).statusCode).toBe(200);
    await parts.jobs.results.delete(robbed);
    await expect.poll(async () => (await get(`/api/jobs/${robbed}`)).statusCode, { timeout: 5000 }).toBe(404);
  });

  it('has links for the name by which the service was called', async () => {
    const jobId = await completeJob(parts.jobs, 'case-one');
    for (const host of ['localhost:1', '127.0.0.1:2', 'localhost:1']) {
      expect((await get(`/api/jobs/${jobId}`, { host })).json().result.zipUrl).toContain(`http://${host}/`);
      expect((await get('/api/cases', { host })).json().details[0].imageUrls.dwi).toContain(`//${host}/`);
    }
  });

  it('reads the report of a completed job once', async () => {
    const jobId = await completeJob(parts.jobs, 'case-one');
    await get(`/api/jobs/${jobId}`);
    parts.jobs.results.asked.length = 0;
    expect((await get(`/api/jobs/${jobId}`)).json().result.volumeMl).toBe(12.35);
    expect(parts.jobs.results.asked).toEqual([]);
  });

  it('of all cases is 304 until the list changes', async () => {
    const { etag, 'cache-control': control } = (await get('/api/cases')).headers;
    expect(control).toBe('no-cache');
    expect((await get('/api/cases', { 'if-none-match': String(etag) })).statusCode).toBe(304);
    parts.cases.problem = 'One session passed over.';
    const changed = () => get('/api/cases', { 'if-none-match': String(etag) });
    await expect.poll(async () => (await changed()).statusCode, { timeout: 5000 }).toBe(200);
  });
});

describe('an answer that is large', () => {
  it('is packed as the client takes it, and says that it depends on that', async () => {
    const warnings = [{ code: 'X', severity: 'info' as const, message: 'é'.repeat(3000) }];
    const jobId = await completeJob(parts.jobs, 'case-one', sampleReport({ warnings }));
    const url = `/api/jobs/${jobId}`;
    const plain = await get(url);
    expect(plain.headers).not.toHaveProperty('content-encoding');
    const brotli = await get(url, { 'accept-encoding': 'gzip, deflate, br' });
    const gzip = await get(url, { 'accept-encoding': 'gzip' });
    expect([brotli.headers['content-encoding'], gzip.headers['content-encoding']]).toEqual(['br', 'gzip']);
    expect(brotliDecompressSync(brotli.rawPayload)).toEqual(plain.rawPayload);
    expect(gunzipSync(gzip.rawPayload)).toEqual(plain.rawPayload);
    for (const { headers } of [plain, brotli, gzip]) expect(headers.vary).toBe('Origin, Accept-Encoding');
    expect(new Set([plain, brotli, gzip].map(({ headers }) => headers.etag)).size).toBe(1);
  });

  it('goes as it is to who takes nothing else', () => {
    expect(codingFor(undefined)).toBeNull();
    expect(codingFor('identity')).toBeNull();
    expect(codingFor('br;q=0, gzip;q=0.000')).toBeNull();
    expect(codingFor('BR;q=0.5, gzip')).toBe('br');
    expect(codingFor('x-br, gzip;q=0.1')).toBe('gzip');
  });
});

import { gunzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { modifiedAt } from '../../test/memory-jobs.ts';
import { completeJob, imageBytes, type MemoryParts, memoryParts } from '../../test/memory-parts.ts';
import { buildServer } from '../server.ts';

let parts: MemoryParts;
let server: FastifyInstance;
let jobId: string;
let mask: string;

beforeEach(async () => {
  parts = memoryParts();
  server = await buildServer(parts);
  jobId = await completeJob(parts.jobs, 'case-one');
  mask = `/files/${jobId}/case-one/lesion_msk.nii.gz`;
});
afterEach(() => server.close());

const get = (url: string, headers: Record<string, string> = {}) =>
  server.inject({ method: 'GET', url, headers });
const head = (url: string, headers: Record<string, string> = {}) =>
  server.inject({ method: 'HEAD', url, headers });

describe('a file of a job', () => {
  it('comes whole, packed as it is, and may be kept', async () => {
    const answer = await get(mask, { 'accept-encoding': 'gzip, br' });
    expect(answer.statusCode).toBe(200);
    expect(answer.rawPayload.equals(imageBytes)).toBe(true);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/gzip',
      'content-length': String(imageBytes.length),
      'content-disposition': 'attachment; filename="case-one_lesion_msk.nii.gz"',
      'accept-ranges': 'bytes',
      etag: expect.stringMatching(/^"[^"]+"$/),
      'last-modified': 'Tue, 24 Nov 2026 03:00:00 GMT',
      'cache-control': 'private, no-cache',
    });
    expect(answer.headers).not.toHaveProperty('content-encoding');
  });

  it('is saved under a name with the case in it once', async () => {
    const answer = await get(`/files/${jobId}/case-one/case-one_dwi.nii.gz`);
    expect(answer.headers['content-disposition']).toBe('attachment; filename="case-one_dwi.nii.gz"');
  });

  it('that is a damaged report has the job say so, and leaves the other files readable', async () => {
    await parts.jobs.results.put(
      jobId,
      new Map([
        ['report.json', new TextEncoder().encode('{"engine": "diffu')],
        ['lesion_msk.nii.gz', imageBytes],
      ]),
    );
    const answer = await get(`/api/jobs/${jobId}`);
    expect([answer.statusCode, answer.json().code]).toEqual([410, 'RESULT_DAMAGED']);
    expect((await get(mask)).statusCode).toBe(200);
  });

  it('of an uploaded case is saved without the id that is the right to see it', async () => {
    const caseId = `u-${'5'.repeat(32)}`;
    const brought = await completeJob(parts.jobs, caseId);
    for (const name of ['lesion_msk.nii.gz', `${caseId}_dwi.nii.gz`, 'report.json']) {
      const saved = String((await get(`/files/${brought}/${caseId}/${name}`)).headers['content-disposition']);
      expect(saved).toMatch(/^attachment; filename="uploaded-case_[a-z_]+\.(nii\.gz|json)"$/);
    }
    const zip = await get(`/api/jobs/${brought}/files.zip`);
    expect(zip.statusCode).toBe(200);
    expect(zip.headers['content-disposition']).toMatch(/filename="uploaded-case_\d{8}T\d{4}\.zip"/);
    const text = zip.rawPayload.toString('latin1');
    expect(text).toContain('uploaded-case/uploaded-case_lesion_msk.nii.gz');
    expect(text).not.toContain('5555');
    expect(text).not.toContain(brought.slice(0, 8));
  });

  it('is asked about before a kept copy is shown, and not kept at all where that is set', async () => {
    expect((await get(mask)).headers['cache-control']).toBe('private, no-cache');
    await server.close();
    parts = memoryParts({ ATOLL_BROWSER_CACHE: 'off' });
    server = await buildServer(parts);
    const other = await completeJob(parts.jobs, 'case-one');
    const answer = await get(`/files/${other}/case-one/lesion_msk.nii.gz`);
    expect(answer.headers['cache-control']).toBe('private, no-store');
    expect((await get('/api/cases/case-one/images/dwi.nii.gz')).headers['cache-control']).toBe(
      'private, no-store',
    );
  });

  it('may be the report, as JSON', async () => {
    const answer = await get(`/files/${jobId}/case-one/report.json`);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.json()).toMatchObject({ engine: 'diffusion', volumeMl: 12.34567 });
  });

  it('has all headers and no body for HEAD, even with a range', async () => {
    const answer = await head(mask, { range: 'bytes=0-9' });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toBe('');
    expect(answer.headers['content-length']).toBe(String(imageBytes.length));
    expect(answer.headers.etag).toBe((await get(mask)).headers.etag);
  });

  it('comes in part for one range, byte for byte', async () => {
    const ranges = {
      'bytes=0-9': [0, 10],
      'bytes=10-': [10, imageBytes.length],
      'bytes=-5': [-5, undefined],
    } as const;
    for (const [range, [from, to]] of Object.entries(ranges)) {
      const answer = await get(mask, { range });
      const expected = imageBytes.subarray(from, to);
      expect(answer.statusCode).toBe(206);
      expect(answer.rawPayload.equals(expected)).toBe(true);
      expect(answer.headers['content-length']).toBe(String(expected.length));
      const first = from < 0 ? imageBytes.length + from : from;
      expect(answer.headers['content-range']).toBe(
        `bytes ${first}-${first + expected.length - 1}/${imageBytes.length}`,
      );
    }
  });

  it('comes whole for several ranges or a header that makes no sense', async () => {
    for (const range of ['bytes=0-1,5-6', 'bytes=9-1', 'chapters=1-2']) {
      const answer = await get(mask, { range });
      expect([answer.statusCode, answer.rawPayload.length]).toEqual([200, imageBytes.length]);
    }
  });

  it('answers 416 with its size for a range beyond its end', async () => {
    const answer = await get(mask, { range: `bytes=${imageBytes.length}-` });
    expect(answer.statusCode).toBe(416);
    expect(answer.headers['content-range']).toBe(`bytes */${imageBytes.length}`);
    expect(answer.headers['content-type']).toContain('application/json');
    expect(answer.json().code).toBe('RANGE_UNSATISFIABLE');
  });

  it('is not sent again to a client that has it', async () => {
    const { etag } = (await get(mask)).headers;
    const same = [
      { 'if-none-match': `"x", ${etag}` },
      { 'if-none-match': '*' },
      { 'if-none-match': `W/${etag}` },
    ];
    const since = { 'if-modified-since': modifiedAt.toUTCString() };
    for (const headers of [...same, since]) {
      const answer = await get(mask, headers);
      expect([answer.statusCode, answer.body]).toEqual([304, '']);
      expect(answer.headers.etag).toBe(etag);
    }
    expect((await get(mask, { 'if-none-match': '"other"', ...since })).statusCode).toBe(200);
  });

  it('continues a download only of the same file', async () => {
    const etag = String((await get(mask)).headers.etag);
    const range = 'bytes=5-';
    for (const same of [etag, modifiedAt.toUTCString()]) {
      expect((await get(mask, { range, 'if-range': same })).statusCode).toBe(206);
    }
    for (const other of ['"other"', `W/${etag}`, new Date(0).toUTCString(), 'nonsense']) {
      expect((await get(mask, { range, 'if-range': other })).statusCode).toBe(200);
    }
  });
});

describe('an address of no file', () => {
  it('does not reach the store', async () => {
    parts.jobs.results.asked.length = 0;
    const secret = 'etc/passwd';
    const names = [
      '../lesion_msk.nii.gz',
      '..%2flesion_msk.nii.gz',
      '%2e%2e/lesion_msk.nii.gz',
      '%2e%2e%2flesion_msk.nii.gz',
      `..%5c..%5c${encodeURIComponent(secret)}`,
      'lesion_msk.nii.gz%00',
      '%00',
      'lesion_msk.nii.gz%00.json',
      'LESION_MSK.NII.GZ',
      'lesion_msk.nii',
      '.',
      '%2e',
      'sub-stroke0001_dwi.nii.gz',
      'x'.repeat(5000),
      '%E0%A4%A',
      '__proto__',
      '',
    ];
    const addresses = [
      ...names.map((name) => `/files/${jobId}/case-one/${name}`),
      `/files/${jobId}/..%2f${jobId}%2fcase-one/lesion_msk.nii.gz`,
      `/files/${jobId}/sub-stroke0001/lesion_msk.nii.gz`,
      `/files/..%2fresults%2f${jobId}/case-one/lesion_msk.nii.gz`,
      `/files/${jobId.toUpperCase().replace(/0/g, 'O')}/case-one/lesion_msk.nii.gz`,
      `/files/%2e%2e/%2e%2e/${encodeURIComponent(secret)}`,
      `//files/${jobId}/case-one/lesion_msk.nii.gz`,
    ];
    for (const url of addresses) {
      const answer = await get(url);
      expect([url, answer.statusCode]).toEqual([url, url.includes('%E0') ? 400 : 404]);
      expect(answer.json()).toHaveProperty('code');
    }
    expect(parts.jobs.results.asked).toEqual([]);
  });
});

describe('an image of a case', () => {
  it('is shown before any run, packed even where the source keeps it unpacked', async () => {
    const dwi = await get('/api/cases/case-one/images/dwi.nii.gz');
    const adc = await get('/api/cases/case-one/images/adc.nii.gz');
    expect([dwi.statusCode, adc.statusCode]).toEqual([200, 200]);
    expect(dwi.rawPayload.equals(imageBytes)).toBe(true);
    expect(gunzipSync(adc.rawPayload)).toEqual(Buffer.alloc(500, 7));
    expect(adc.headers).toMatchObject({
      'content-type': 'application/gzip',
      'content-disposition': 'attachment; filename="case-one_adc.nii.gz"',
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache',
    });
    const { etag } = adc.headers;
    const again = await get('/api/cases/case-one/images/adc.nii.gz', { 'if-none-match': String(etag) });
    expect(again.statusCode).toBe(304);
  });

  it('opens its case once for all its images', async () => {
    const roles = ['dwi', 'adc', 'reference', 'dwi'];
    await Promise.all(roles.map((role) => get(`/api/cases/case-one/images/${role}.nii.gz`)));
    expect(parts.cases.opened).toEqual(['case-one']);
  });

  it('comes by range and by HEAD', async () => {
    const url = '/api/cases/case-one/images/dwi.nii.gz';
    const part = await get(url, { range: 'bytes=2-3' });
    expect([part.statusCode, part.rawPayload]).toEqual([206, imageBytes.subarray(2, 4)]);
    const bare = await head(url);
    expect([bare.statusCode, bare.body, bare.headers['content-length']]).toEqual([
      200,
      '',
      `${imageBytes.length}`,
    ]);
  });

  it('that is not there answers 404', async () => {
    const paths = [
      'case-one/images/flair.nii.gz',
      'case-one/images/dwi.nii',
      'case-one/images/mask.nii.gz',
      'nobody/images/dwi.nii.gz',
      '..%2fcase-one/images/dwi.nii.gz',
      '%00/images/dwi.nii.gz',
    ];
    for (const path of paths) {
      const answer = await get(`/api/cases/${path}`);
      expect([path, answer.statusCode, answer.json().code]).toEqual([path, 404, 'FILE_UNKNOWN']);
    }
    expect(parts.cases.opened).toEqual(['case-one', 'nobody']);
  });
});

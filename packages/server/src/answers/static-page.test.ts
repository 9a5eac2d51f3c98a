import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryParts } from '../../test/memory-parts.ts';
import { buildServer } from '../server.ts';

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
let folder: string;
let server: FastifyInstance;
let parts: ReturnType<typeof memoryParts>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-page-'));
  const dist = join(folder, 'dist');
  mkdirSync(join(dist, 'assets'), { recursive: true });
  writeFileSync(join(dist, 'index.html'), '<!doctype html><title>Atoll</title>');
  writeFileSync(join(dist, 'index.html.br'), brotliCompressSync('<!doctype html><title>Atoll</title>'));
  writeFileSync(join(dist, 'assets', 'app-1a2b.js'), 'export {};');
  writeFileSync(join(dist, 'assets', 'app-1a2b.js.gz'), gzipSync('export {};'));
  writeFileSync(join(dist, '.built-from'), 'hash');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  parts = memoryParts({}, dist);
  server = await buildServer(parts);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const get = (url: string, headers: Record<string, string> = {}) => server.inject({ url, headers });

describe('the built page', () => {
  it('is at / for a browser, which announces a reader, and JSON is there for a script', async () => {
    const page = await get('/', browser);
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.headers['cache-control']).toBe('no-cache');
    expect(page.body).toContain('<title>Atoll</title>');
    expect(parts.cases.expected).toBe(1);
    const script = await get('/', { accept: '*/*' });
    expect(script.json().status).toBe('healthy');
    for (const answer of [page, script]) {
      const vary = String(answer.headers.vary).split(', ');
      expect(vary).toContain('Accept');
      expect(vary).toContain('Origin');
    }
  });

  it('has assets that may be kept for ever, and are isolated like the page', async () => {
    const asset = await get('/assets/app-1a2b.js');
    expect(asset.statusCode).toBe(200);
    expect(asset.headers).toMatchObject({
      'content-type': expect.stringContaining('javascript'),
      'cache-control': 'public, max-age=31536000, immutable',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'cross-origin',
    });
  });

  it('comes packed where the build has packed it', async () => {
    const asset = await get('/assets/app-1a2b.js', { 'accept-encoding': 'gzip' });
    expect(asset.headers['content-encoding']).toBe('gzip');
    expect(asset.headers.vary).toMatch(/accept-encoding/i);
    expect(asset.rawPayload).toEqual(gzipSync('export {};'));
  });

  it('is packed itself, and still depends on what the client prefers', async () => {
    const page = await get('/', { ...browser, 'accept-encoding': 'gzip, br' });
    expect(page.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(page.rawPayload).toString()).toContain('<title>Atoll</title>');
    const vary = String(page.headers.vary).toLowerCase().split(', ');
    for (const name of ['origin', 'accept', 'accept-encoding']) expect(vary).toContain(name);
  });

  it('shows nothing outside its folder, nothing hidden, and no missing file as a page', async () => {
    const urls = [
      '/../secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e/secret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '/assets/%2e%2e/%2e%2e/secret.txt',
      '/.built-from',
      '/assets/missing.js',
      '/assets/',
      '/assets',
      '/%00',
      '//index.html',
    ];
    for (const url of urls) {
      const answer = await get(url, browser);
      expect([url, answer.statusCode, answer.json().code]).toEqual([url, 404, 'ROUTE_UNKNOWN']);
    }
  });

  it('leaves the API its addresses', async () => {
    expect((await get('/api/cases', browser)).json().cases).toHaveLength(2);
    expect((await get('/api/segment', browser)).statusCode).toBe(405);
  });
});

describe('a service whose page was never built', () => {
  it('tells a browser at / what to do, in HTML, and answers scripts as ever', async () => {
    const bare = await buildServer(memoryParts());
    const page = await bare.inject({ url: '/', headers: browser });
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.body).toContain('npm run build');
    expect((await bare.inject({ url: '/', headers: { accept: '*/*' } })).json().status).toBe('healthy');
    await bare.close();
  });
});

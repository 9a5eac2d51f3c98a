import { afterEach, describe, expect, it } from 'vitest';
import { completeJob, memoryParts } from '../../test/memory-parts.ts';
import { buildServer } from '../server.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

type Request = { readonly headers: Record<string, string>; readonly from?: string };

/** What the links of a result begin with, or the code of the error. */
async function linksFor(env: Record<string, string>, { headers, from = '203.0.113.9' }: Request) {
  const parts = memoryParts(env);
  const server = await buildServer(parts);
  closing.push(() => server.close());
  const jobId = await completeJob(parts.jobs, 'case-one');
  const answer = await server.inject({ url: `/api/jobs/${jobId}`, headers, remoteAddress: from });
  if (answer.statusCode !== 200) return `${answer.statusCode} ${answer.json().code}`;
  const { predictionUrl } = answer.json().result;
  return predictionUrl.slice(0, predictionUrl.indexOf('/files/'));
}

const forged = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
const open = { ATOLL_HOST: '0.0.0.0' };

describe('absolute links', () => {
  it('begin with the host that the request names', async () => {
    expect(await linksFor({}, { headers: { host: 'localhost:7860' } })).toBe('http://localhost:7860');
    expect(await linksFor({}, { headers: { host: '[::1]:7860' } })).toBe('http://[::1]:7860');
    expect(await linksFor(open, { headers: { host: 'Lab-Server.example:80' } })).toBe(
      'http://lab-server.example:80',
    );
  });

  it('begin with the public URL where it is set, whatever the request says', async () => {
    const env = { ATOLL_PUBLIC_URL: 'https://lab.example/atoll/' };
    expect(await linksFor(env, { headers: { host: 'evil.example', ...forged } })).toBe(
      'https://lab.example/atoll',
    );
  });

  it('are not changed by forged headers of a peer that is no trusted proxy', async () => {
    const headers = { host: 'localhost:7860', ...forged, forwarded: 'host=evil.example;proto=https' };
    expect(await linksFor({}, { headers })).toBe('http://localhost:7860');
    const proxied = { ATOLL_TRUSTED_PROXIES: 'loopback,10.0.0.0/8' };
    expect(await linksFor(proxied, { headers, from: '203.0.113.9' })).toBe('http://localhost:7860');
    expect(await linksFor(proxied, { headers, from: '11.0.0.1' })).toBe('http://localhost:7860');
  });

  it('follow the headers of a trusted proxy', async () => {
    const env = { ATOLL_TRUSTED_PROXIES: 'loopback,10.0.0.0/8' };
    const headers = {
      host: '10.1.2.3:7860',
      'x-forwarded-host': 'lab.example',
      'x-forwarded-proto': 'https',
    };
    for (const from of ['127.0.0.1', '::1', '10.200.0.1']) {
      expect(await linksFor(env, { headers, from })).toBe('https://lab.example');
    }
    const { 'x-forwarded-host': _, ...protoAlone } = headers;
    expect(await linksFor(env, { headers: protoAlone, from: '127.0.0.1' })).toBe('https://10.1.2.3:7860');
  });

  it('are never made of a host that is not well-formed', async () => {
    const odd = [
      'evil.example/path',
      'a b',
      'user@evil.example',
      'evil.example:99999',
      'evil.example:x',
      'evil..example',
      'evil.example.',
      '"><script>',
      "a'b",
      '-a',
      '[::1',
      'a'.repeat(300),
    ];
    for (const host of odd) {
      expect([host, await linksFor(open, { headers: { host } })]).toEqual([host, '400 HOST_REFUSED']);
    }
    const env = { ATOLL_TRUSTED_PROXIES: 'loopback' };
    const headers = { host: 'lab.example', 'x-forwarded-proto': 'javascript' };
    expect(await linksFor(env, { headers, from: '127.0.0.1' })).toBe('400 HOST_REFUSED');
  });
});

describe('a server that hears this machine alone', () => {
  it('refuses names that a stranger can point at it', async () => {
    for (const host of ['evil.example:7860', 'localhost.evil.example', '127.0.0.1.nip.io']) {
      expect(await linksFor({}, { headers: { host } })).toBe('400 HOST_REFUSED');
    }
    for (const host of [
      'localhost',
      'LOCALHOST:1',
      'viewer.localhost:7860',
      '127.0.0.1',
      '192.0.2.1:80',
      '[::1]',
    ]) {
      expect(await linksFor({}, { headers: { host } })).toBe(`http://${host.toLowerCase()}`);
    }
  });

  it('serves names as well once it is told of a public URL or a proxy', async () => {
    const headers = { host: 'lab.example' };
    expect(await linksFor({ ATOLL_PUBLIC_URL: 'https://lab.example' }, { headers })).toBe(
      'https://lab.example',
    );
    expect(await linksFor({ ATOLL_TRUSTED_PROXIES: 'loopback' }, { headers })).toBe('http://lab.example');
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RangeServer } from '../../test/range-server.ts';
import { RemoteFile } from './remote-file.ts';

const bytes = new Uint8Array(100_000).map((_, at) => (at * 7919) % 251);
const patience = { tries: 3, firstPauseMs: 1, silenceMs: 200 };

let server: RangeServer;
let elsewhere: RangeServer;

beforeEach(async () => {
  server = await new RangeServer().start();
  elsewhere = await new RangeServer().start();
  server.files.set('/file', bytes);
});

afterEach(async () => {
  await server.stop();
  await elsewhere.stop();
});

const remote = (options: { path?: string; token?: string; sizeBytes?: number } = {}) =>
  new RemoteFile({
    url: `${server.url}${options.path ?? '/file'}`,
    sizeBytes: options.sizeBytes ?? bytes.length,
    token: options.token ?? null,
    patience,
  });

describe('a file on the network', () => {
  it('gives the bytes that are asked for and moves no others', async () => {
    expect(await remote().read(1000, 3000)).toEqual(bytes.slice(1000, 3000));
    expect(server.sentBytes).toBe(2000);
  });

  it('goes on where a range broke off', async () => {
    server.faults.push({ cutAfterBytes: 5000 }, { cutAfterBytes: 7000 });
    expect(await remote().read(0, 50_000)).toEqual(bytes.slice(0, 50_000));
    expect(server.seen.map(({ headers }) => headers.range)).toEqual([
      'bytes=0-49999',
      'bytes=5000-49999',
      'bytes=12000-49999',
    ]);
    expect(server.sentBytes).toBe(50_000);
  });

  it('tries again when the place is busy, failing or silent', async () => {
    server.faults.push({ status: 503 }, 'silent', { status: 429, headers: { 'retry-after': '0' } });
    const patient = new RemoteFile({
      url: `${server.url}/file`,
      sizeBytes: bytes.length,
      patience: { ...patience, tries: 5 },
    });
    expect(await patient.read(0, 10)).toEqual(bytes.slice(0, 10));
    expect(server.seen).toHaveLength(4);
  });

  it('gives up after some tries, and says that the place cannot be reached', async () => {
    server.faults.push({ status: 503 }, { status: 503 }, { status: 503 });
    await expect(remote().read(0, 10)).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
    const file = remote();
    await server.stop();
    await expect(file.read(0, 10)).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
    await server.start();
  });

  it('does not insist where it is refused or nothing is there', async () => {
    server.faults.push({ status: 401 });
    await expect(remote().read(0, 10)).rejects.toMatchObject({ code: 'SOURCE_REFUSED' });
    await expect(remote({ path: '/none' }).read(0, 10)).rejects.toMatchObject({ code: 'SOURCE_INVALID' });
    expect(server.seen).toHaveLength(2);
  });

  it('refuses a file of another size, and one that is sent whole for a part', async () => {
    await expect(remote({ sizeBytes: 90_000 }).read(0, 10)).rejects.toMatchObject({ code: 'SOURCE_INVALID' });
    server.faults.push('no-ranges');
    await expect(remote().read(0, 10)).rejects.toMatchObject({ code: 'SOURCE_INVALID' });
  });

  it('takes a whole file from a place without ranges, also after a break', async () => {
    server.faults.push({ cutAfterBytes: 20_000 }, 'no-ranges');
    expect(await remote().read(0, bytes.length)).toEqual(bytes);
  });

  it('ends at once when nobody wants it any more', async () => {
    server.faults.push('silent');
    const leaving = new AbortController();
    const read = remote().read(0, 10, leaving.signal);
    setTimeout(() => leaving.abort(), 20);
    await expect(read).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  });
});

describe('a token', () => {
  it('goes to the place it is for, and never along with a redirect to another', async () => {
    server.files.set('/moved', { redirect: `${elsewhere.url}/file` });
    elsewhere.files.set('/file', bytes);
    const file = remote({ path: '/moved', token: 'hf_secret' });
    expect(await file.read(0, 10)).toEqual(bytes.slice(0, 10));
    expect(await file.read(10, 20)).toEqual(bytes.slice(10, 20));
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer hf_secret']);
    expect(elsewhere.seen.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });

  it('asks the way again when the address it was sent to has expired', async () => {
    server.files.set('/moved', { redirect: `${elsewhere.url}/file` });
    elsewhere.files.set('/file', bytes);
    const file = remote({ path: '/moved', token: 'hf_secret' });
    await file.read(0, 10);
    elsewhere.faults.push({ status: 403 });
    expect(await file.read(10, 20)).toEqual(bytes.slice(10, 20));
    expect(server.seen).toHaveLength(2);
  });

  it('follows no redirect without end or to what is not the web', async () => {
    server.files.set('/loop', { redirect: '/loop' });
    await expect(remote({ path: '/loop' }).read(0, 10)).rejects.toMatchObject({ code: 'SOURCE_INVALID' });
    server.files.set('/odd', { redirect: 'file:///etc/passwd' });
    await expect(remote({ path: '/odd' }).read(0, 10)).rejects.toMatchObject({ code: 'SOURCE_INVALID' });
  });
});

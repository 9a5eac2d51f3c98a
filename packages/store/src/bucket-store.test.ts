import { createServer, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { S3mini } from 's3mini';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type S3Server, startS3Server } from '../test/s3-server.ts';
import { BucketStore } from './bucket-store.ts';

const id = 'a'.repeat(32);
const kind = { prefix: 'things', isId: (text: string) => /^[0-9a-f]{32}$/.test(text) };
const files = new Map([['mask', new TextEncoder().encode('mask')]]);
let server: S3Server;

beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.stop());

describe('files in a bucket', () => {
  it('of a writer that was killed are seen by nobody, and found by the sweep', async () => {
    const store = new BucketStore(server.options, kind);
    await new S3mini(server.options).putObject(`things/${id}/0123/mask`, 'half');
    expect(await store.open(id, 'mask')).toBeNull();
    expect(await store.has(id)).toBe(false);
    const found = await Array.fromAsync(store.list());
    expect(found.flat().map((each) => each.id)).toEqual([id]);
    // The next attempt is not in its way.
    await store.put(id, files);
    expect(await new Response((await store.open(id, 'mask'))?.read()).text()).toBe('mask');
    await store.delete(id);
    expect((await Array.fromAsync(store.list())).flat()).toEqual([]);
  });

  it('reach a slow reader whole, and in part, where the bucket closes each connection', async () => {
    const proxy = await startClosingProxy(server.options.endpoint);
    const store = new BucketStore({ ...server.options, endpoint: proxy.endpoint }, kind);
    const bytes = Uint8Array.from({ length: 9_000_000 }, (_, at) => (at * 7) % 251);
    await store.put(id, new Map([['mask', bytes]]));
    const file = await store.open(id, 'mask');
    const read = async (range?: { first: number; last: number }) => {
      const pieces: Uint8Array[] = [];
      for await (const piece of file?.read(range) ?? []) {
        pieces.push(piece);
        await sleep(50);
      }
      return Buffer.concat(pieces);
    };
    expect((await read()).equals(bytes)).toBe(true);
    const [first, last] = [1_000_000, 5_500_000];
    expect((await read({ first, last })).equals(bytes.subarray(first, last + 1))).toBe(true);
    // Of a small one all has come, and the end, before its reader has taken half.
    for (let round = 0; round < 3; round++) {
      expect((await read({ first: 0, last: 199_999 })).equals(bytes.subarray(0, 200_000))).toBe(true);
    }
    await store.put('b'.repeat(32), new Map([['empty', new Uint8Array()]]));
    expect(await new Response((await store.open('b'.repeat(32), 'empty'))?.read()).text()).toBe('');
    await proxy.stop();
  });

  it('are neither taken for written nor for missing when the bucket does not answer', async () => {
    const noBucket = new BucketStore(
      { ...server.options, endpoint: `${server.options.endpoint}-missing` },
      kind,
    );
    await expect(noBucket.put(id, files)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    const nowhere = new BucketStore({ ...server.options, endpoint: 'http://127.0.0.1:9/atoll' }, kind);
    await expect(nowhere.has(id)).rejects.toThrow();
    await expect(nowhere.open(id, 'mask')).rejects.toThrow();
  });
});

/** Before a bucket, as some hosts have one: every answer says that it is the connection's last. */
async function startClosingProxy(behind: string): Promise<{ endpoint: string; stop(): Promise<void> }> {
  const target = new URL(behind);
  const proxy = createServer((asked, answer) => {
    const { method, url, headers } = asked;
    const forwarded = request(
      { host: target.hostname, port: target.port, method, path: url, headers },
      (came) => {
        answer.writeHead(came.statusCode ?? 502, { ...came.headers, connection: 'close' });
        came.pipe(answer);
      },
    );
    asked.pipe(forwarded);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy does not listen.');
  const { port } = address;
  return {
    endpoint: `http://127.0.0.1:${port}${target.pathname}`,
    stop: () => new Promise((resolve) => proxy.close(() => resolve())),
  };
}

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

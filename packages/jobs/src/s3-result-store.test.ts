import { S3mini } from 's3mini';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type S3Server, startS3Server } from '../test/s3-server.ts';
import { S3ResultStore } from './s3-result-store.ts';

const jobId = 'a'.repeat(32);
const files = new Map([['mask', new TextEncoder().encode('mask')]]);
let server: S3Server;

beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.stop());

describe('results in a bucket', () => {
  it('of a writer that was killed are seen by nobody, and found by the sweep', async () => {
    const store = new S3ResultStore(server.options);
    await new S3mini(server.options).putObject(`results/${jobId}/0123/mask`, 'half');
    expect(await store.open(jobId, 'mask')).toBeNull();
    expect(await store.has(jobId)).toBe(false);
    const found = await Array.fromAsync(store.list());
    expect(found.flat().map((each) => each.jobId)).toEqual([jobId]);
    // The next attempt is not in its way.
    await store.put(jobId, files);
    expect(await new Response((await store.open(jobId, 'mask'))?.read()).text()).toBe('mask');
    await store.delete(jobId);
    expect((await Array.fromAsync(store.list())).flat()).toEqual([]);
  });

  it('are neither taken for written nor for missing when the bucket does not answer', async () => {
    const noBucket = new S3ResultStore({ ...server.options, endpoint: `${server.options.endpoint}-missing` });
    await expect(noBucket.put(jobId, files)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    const nowhere = new S3ResultStore({ ...server.options, endpoint: 'http://127.0.0.1:9/atoll' });
    await expect(nowhere.has(jobId)).rejects.toThrow();
    await expect(nowhere.open(jobId, 'mask')).rejects.toThrow();
  });
});

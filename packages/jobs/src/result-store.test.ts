import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startS3Server } from '../test/s3-server.ts';
import { FileResultStore } from './file-result-store.ts';
import type { ResultStore } from './result-store.ts';
import { S3ResultStore } from './s3-result-store.ts';

const jobId = '0123456789abcdef0123456789abcdef';
const bytes = (text: string) => new TextEncoder().encode(text);

type Opened = { readonly store: ResultStore; stop(): Promise<void> };

async function openFolder(): Promise<Opened> {
  const root = mkdtempSync(join(tmpdir(), 'atoll-results-'));
  return {
    store: new FileResultStore(root),
    stop: async () => rmSync(root, { recursive: true, force: true }),
  };
}

async function openBucket(): Promise<Opened> {
  const server = await startS3Server();
  return { store: new S3ResultStore(server.options), stop: () => server.stop() };
}

describe.each([
  ['a folder', openFolder],
  ['a bucket of S3', openBucket],
])('results in %s', (_where, open) => {
  let opened: Opened;
  let store: ResultStore;

  beforeEach(async () => {
    opened = await open();
    store = opened.store;
  });

  afterEach(() => opened.stop());

  async function read(name: string, range?: { first: number; last: number }): Promise<string | null> {
    const file = await store.open(jobId, name);
    return file === null ? null : new Response(file.read(range)).text();
  }

  /** Ids of all jobs that have files. */
  async function listed(): Promise<string[]> {
    const ids: string[] = [];
    for await (const some of store.list()) ids.push(...some.map((each) => each.jobId));
    return ids;
  }

  it('are read as a whole and by a range of bytes, both ends included', async () => {
    await store.put(jobId, new Map([['mask.nii.gz', bytes('0123456789')]]));
    expect((await store.open(jobId, 'mask.nii.gz'))?.sizeBytes).toBe(10);
    expect(await read('mask.nii.gz')).toBe('0123456789');
    expect(await read('mask.nii.gz', { first: 2, last: 4 })).toBe('234');
    expect(await read('mask.nii.gz', { first: 9, last: 9 })).toBe('9');
  });

  it('can be given up half read', async () => {
    await store.put(jobId, new Map([['large', new Uint8Array(1_000_000)]]));
    const reader = (await store.open(jobId, 'large'))?.read().getReader();
    expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
    await reader?.cancel();
  });

  it('take names of cases as they may be', async () => {
    await store.put(jobId, new Map([['_case-1.2_dwi.nii.gz', bytes('a')]]));
    expect(await read('_case-1.2_dwi.nii.gz')).toBe('a');
  });

  it('are kept as they are when the job runs a second time', async () => {
    await store.put(jobId, new Map([['answer', bytes('first')]]));
    await store.put(jobId, new Map([['answer', bytes('second')]]));
    expect(await read('answer')).toBe('first');
    expect(await listed()).toEqual([jobId]);
  });

  it('are one run’s alone when two arrive together', async () => {
    const files = (run: string) => new Map(['a', 'b'].map((name) => [name, bytes(run)]));
    await Promise.all([store.put(jobId, files('one')), store.put(jobId, files('two'))]);
    expect(await read('a')).toBe(await read('b'));
    expect(await listed()).toEqual([jobId]);
  });

  it('of a put that failed are not there at all', async () => {
    const tooLong = 'x'.repeat(129);
    await expect(
      store.put(
        jobId,
        new Map([
          ['a', bytes('a')],
          [tooLong, bytes('b')],
        ]),
      ),
    ).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
    });
    expect(await listed()).toEqual([]);
  });

  it('are removed all together, and removing nothing is no error', async () => {
    await store.put(jobId, new Map([['a', bytes('a')]]));
    expect(await store.has(jobId)).toBe(true);
    expect((await store.open(jobId, 'a'))?.modifiedAt.getTime()).toBeGreaterThan(Date.now() - 60_000);
    await store.delete(jobId);
    await store.delete(jobId);
    expect(await store.has(jobId)).toBe(false);
    expect(await read('a')).toBeNull();
    expect(await listed()).toEqual([]);
  });

  it.each(['../secret', '..', '.', '', 'a/b', 'a\\b', '/etc/passwd', 'a\0b', '.hidden', '%2e%2e', 'ä'])(
    'are not found by the name %j, nor written under it',
    async (name) => {
      await store.put(jobId, new Map([['a', bytes('a')]]));
      expect(await store.open(jobId, name)).toBeNull();
      await expect(store.put('f'.repeat(32), new Map([[name, bytes('x')]]))).rejects.toMatchObject({
        code: 'FILE_UNWRITABLE',
      });
    },
  );

  it.each(['..', '.', '', '../results', jobId.toUpperCase(), `${jobId}0`, `${jobId}/..`, `${jobId}\n`])(
    'are not found by the id %j, nor written or removed under it',
    async (id) => {
      expect(await store.open(id, 'secret')).toBeNull();
      await expect(store.put(id, new Map([['a', bytes('a')]]))).rejects.toMatchObject({
        code: 'FILE_UNWRITABLE',
      });
      await store.delete(id);
      expect(await listed()).toEqual([]);
    },
  );
});

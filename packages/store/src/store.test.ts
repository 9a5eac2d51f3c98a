import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startS3Server } from '../test/s3-server.ts';
import { BucketStore } from './bucket-store.ts';
import { FolderStore } from './folder-store.ts';
import type { Content, Store } from './store.ts';

const id = '0123456789abcdef0123456789abcdef';
const kind = { prefix: 'things', isId: (text: string) => /^[0-9a-f]{32}$/.test(text) };
const bytes = (text: string) => new TextEncoder().encode(text);

type Opened = { readonly store: Store; stop(): Promise<void> };

async function openFolder(): Promise<Opened> {
  const root = mkdtempSync(join(tmpdir(), 'atoll-store-'));
  return {
    store: new FolderStore(root, kind),
    stop: async () => rmSync(root, { recursive: true, force: true }),
  };
}

async function openBucket(): Promise<Opened> {
  const server = await startS3Server();
  return { store: new BucketStore(server.options, kind), stop: () => server.stop() };
}

describe.each([
  ['a folder', openFolder],
  ['a bucket of S3', openBucket],
])('files in %s', (_where, open) => {
  let opened: Opened;
  let store: Store;

  beforeEach(async () => {
    opened = await open();
    store = opened.store;
  });

  afterEach(() => opened.stop());

  async function read(name: string, range?: { first: number; last: number }): Promise<string | null> {
    const file = await store.open(id, name);
    return file === null ? null : new Response(file.read(range)).text();
  }

  /** Ids of all sets. */
  async function listed(): Promise<string[]> {
    const ids: string[] = [];
    for await (const some of store.list()) ids.push(...some.map((each) => each.id));
    return ids;
  }

  it('are read as a whole and by a range of bytes, both ends included', async () => {
    await store.put(id, new Map([['mask.nii.gz', bytes('0123456789')]]));
    expect((await store.open(id, 'mask.nii.gz'))?.sizeBytes).toBe(10);
    expect(await read('mask.nii.gz')).toBe('0123456789');
    expect(await read('mask.nii.gz', { first: 2, last: 4 })).toBe('234');
    expect(await read('mask.nii.gz', { first: 9, last: 9 })).toBe('9');
  });

  it('can be given up half read', async () => {
    await store.put(id, new Map([['large', new Uint8Array(1_000_000)]]));
    const reader = (await store.open(id, 'large'))?.read().getReader();
    expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
    await reader?.cancel();
  });

  it('take names of cases as they may be', async () => {
    await store.put(id, new Map([['_case-1.2_dwi.nii.gz', bytes('a')]]));
    expect(await read('_case-1.2_dwi.nii.gz')).toBe('a');
  });

  it('are kept as they are when they are written a second time', async () => {
    await store.put(id, new Map([['answer', bytes('first')]]));
    await store.put(id, new Map([['answer', bytes('second')]]));
    expect(await read('answer')).toBe('first');
    expect(await listed()).toEqual([id]);
  });

  it('are one run’s alone when two arrive together', async () => {
    const files = (run: string) => new Map(['a', 'b'].map((name) => [name, bytes(run)]));
    await Promise.all([store.put(id, files('one')), store.put(id, files('two'))]);
    expect(await read('a')).toBe(await read('b'));
    expect(await listed()).toEqual([id]);
  });

  it('of a put that failed are not there at all', async () => {
    const tooLong = 'x'.repeat(129);
    await expect(
      store.put(
        id,
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

  it('are taken over from where they lie on this machine, which is then theirs', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'atoll-brought-'));
    const path = join(folder, 'image');
    // More than one part of an upload to a bucket.
    const large = randomBytes(9 * 2 ** 20);
    writeFileSync(path, large);
    await store.put(
      id,
      new Map<string, Content>([
        ['image', { path }],
        ['about', bytes('it')],
      ]),
    );
    expect(existsSync(path)).toBe(false);
    const file = await store.open(id, 'image');
    expect(file?.sizeBytes).toBe(large.length);
    expect(large.equals(new Uint8Array(await new Response(file?.read()).arrayBuffer()))).toBe(true);
    expect(await read('about')).toBe('it');
    rmSync(folder, { recursive: true });
  });

  it('tell when they were last in use', async () => {
    expect(await store.usedAt(id)).toBeNull();
    await store.touch(id);
    expect(await listed()).toEqual([]);
    await store.put(id, new Map([['a', bytes('a')]]));
    const came = await store.usedAt(id);
    // Servers of S3 keep whole seconds.
    await sleep(1100);
    await store.touch(id);
    expect((await store.usedAt(id))?.getTime()).toBeGreaterThan(came?.getTime() ?? Number.POSITIVE_INFINITY);
    for await (const [each] of store.list()) expect(each).toEqual({ id, usedAt: await store.usedAt(id) });
    expect(await store.names(id)).toEqual(['a']);
  });

  it('are removed all together, and removing nothing is no error', async () => {
    await store.put(id, new Map([['a', bytes('a')]]));
    expect(await store.has(id)).toBe(true);
    expect((await store.open(id, 'a'))?.modifiedAt.getTime()).toBeGreaterThan(Date.now() - 60_000);
    await store.delete(id);
    await store.delete(id);
    expect(await store.has(id)).toBe(false);
    expect(await read('a')).toBeNull();
    expect(await listed()).toEqual([]);
  });

  it('can be put aside and are not found then, and come back as they were or go', async () => {
    await store.put(id, new Map([['a', bytes('a')]]));
    const other = 'e'.repeat(32);
    await store.put(other, new Map([['a', bytes('b')]]));
    await store.setAside(id);
    await store.setAside('f'.repeat(32));
    expect(await store.has(id)).toBe(false);
    expect(await read('a')).toBeNull();
    expect(await listed()).toEqual([other]);
    const [aside] = (await store.aside()).filter((each) => each.id === id);
    expect(Math.abs(aside.since.getTime() - Date.now())).toBeLessThan(60_000);
    await store.bringBack(id);
    expect(await read('a')).toBe('a');
    expect((await listed()).sort()).toEqual([id, other]);
    await store.setAside(id);
    await store.delete(id);
    await store.bringBack(id);
    expect(await store.has(id)).toBe(false);
    expect((await store.aside()).map((each) => each.id)).not.toContain(id);
  });

  it('belong to nobody until it is said to whom, and then to the last that was said', async () => {
    expect(await store.owner()).toBeNull();
    await store.setOwner('1'.repeat(32));
    await store.put(id, new Map([['a', bytes('a')]]));
    await store.setOwner('2'.repeat(32));
    expect(await store.owner()).toBe('2'.repeat(32));
    expect(await listed()).toEqual([id]);
  });

  it.each(['../secret', '..', '.', '', 'a/b', 'a\\b', '/etc/passwd', 'a\0b', '.hidden', '%2e%2e', 'ä'])(
    'are not found by the name %j, nor written under it',
    async (name) => {
      await store.put(id, new Map([['a', bytes('a')]]));
      expect(await store.open(id, name)).toBeNull();
      await expect(store.put('f'.repeat(32), new Map([[name, bytes('x')]]))).rejects.toMatchObject({
        code: 'FILE_UNWRITABLE',
      });
    },
  );

  it.each(['..', '.', '', '../results', id.toUpperCase(), `${id}0`, `${id}/..`, `${id}\n`])(
    'are not found by the id %j, nor written or removed under it',
    async (wrong) => {
      expect(await store.open(wrong, 'secret')).toBeNull();
      await expect(store.put(wrong, new Map([['a', bytes('a')]]))).rejects.toMatchObject({
        code: 'FILE_UNWRITABLE',
      });
      await store.delete(wrong);
      await store.touch(wrong);
      expect(await listed()).toEqual([]);
    },
  );
});

import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resultKind } from '@atoll/jobs/job';
import { FolderStore } from '@atoll/store/folder-store';
import type { StoredFile } from '@atoll/store/store';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completeJob, type MemoryParts, memoryParts } from '../../test/memory-parts.ts';
import { buildServer } from '../server.ts';

/** Files of a folder, over sockets: a small one, which is kept in memory, and one that is too large for that. */

const folder = mkdtempSync(join(tmpdir(), 'atoll-files-'));
const sizes = { small: 300_001, large: 9_000_001 } as const;
const files = new Map(Object.values(sizes).map((size) => [size, randomBytes(size)]));
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let parts: MemoryParts;
let server: FastifyInstance;
let store: FolderStore;
let base: string;

beforeAll(async () => {
  store = new FolderStore(folder, resultKind);
  parts = memoryParts();
  const jobId = await completeJob(parts.jobs, 'case-one');
  await store.put(
    jobId,
    new Map([...files].map(([size, bytes]): [string, Uint8Array] => [`overlay_of${size}.nii.gz`, bytes])),
  );
  parts.jobs.results.open = (id, name) => store.open(id, name);
  server = await buildServer(parts);
  base = `${await server.listen({ port: 0, host: '127.0.0.1' })}/files/${jobId}/case-one`;
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const get = (size: number, headers: Record<string, string> = {}, signal: AbortSignal | null = null) =>
  fetch(`${base}/overlay_of${size}.nii.gz`, { headers, signal });

describe.each(Object.entries(sizes))('a %s file', (_kind, size) => {
  const bytes = files.get(size) ?? Buffer.alloc(0);

  it('comes byte for byte to many clients at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const response = await get(size);
        expect(response.headers.get('content-length')).toBe(String(size));
        return digest(new Uint8Array(await response.arrayBuffer()));
      }),
    );
    expect(new Set(answers)).toEqual(new Set([digest(bytes)]));
  });

  it('comes in parts, byte for byte', async () => {
    for (const [first, last] of [
      [0, 0],
      [262_143, 262_144],
      [100_000, size - 1],
    ]) {
      const response = await get(size, { Range: `bytes=${first}-${last}` });
      expect([response.status, response.headers.get('content-length')]).toEqual([206, `${last - first + 1}`]);
      const part = new Uint8Array(await response.arrayBuffer());
      expect(digest(part)).toBe(digest(bytes.subarray(first, last + 1)));
    }
  });

  it('is no matter to the next client when one leaves in the middle', async () => {
    const leaving = new AbortController();
    const response = await get(size, {}, leaving.signal);
    await response.body?.getReader().read();
    leaving.abort();
    const next = new Uint8Array(await (await get(size)).arrayBuffer());
    expect(digest(next)).toBe(digest(bytes));
  });
});

it('a file that breaks off takes the connection with it: no part is taken for the whole', async () => {
  const opened = parts.jobs.results.open;
  const broken: StoredFile = {
    sizeBytes: sizes.large,
    modifiedAt: new Date(),
    read: () =>
      new ReadableStream({
        type: 'bytes',
        pull(controller) {
          controller.enqueue(new Uint8Array(1000));
          controller.error(new Error('The disk is gone.'));
        },
      }),
  };
  parts.jobs.results.open = async () => broken;
  try {
    const answer = get(sizes.large).then((response) => response.arrayBuffer());
    await expect(answer).rejects.toThrow();
  } finally {
    parts.jobs.results.open = opened;
  }
  expect((await get(sizes.small)).status).toBe(200);
});

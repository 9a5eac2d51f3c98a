import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ResumableUploads } from './resumable.ts';

const megabyte = 2 ** 20;
let folder: string;
let uploads: ResumableUploads;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-places-'));
  uploads = new ResumableUploads(folder, 512 * megabyte);
});
afterEach(() => rmSync(folder, { recursive: true }));

const protocol = { 'tus-resumable': '1.0.0' };

/** @returns the new upload's id. */
async function begin(client: string, sizeBytes: number): Promise<string> {
  const headers = { ...protocol, 'upload-length': String(sizeBytes) };
  const { uploadId } = await uploads.begin(client, sizeBytes, () =>
    uploads.answer({ method: 'POST', uploadId: null, headers, body: null }),
  );
  return uploadId ?? '';
}

const send = (uploadId: string, offset: number, text: string) =>
  uploads.answer({
    method: 'PATCH',
    uploadId,
    headers: {
      ...protocol,
      'upload-offset': String(offset),
      'content-type': 'application/offset+octet-stream',
    },
    body: Readable.from([Buffer.from(text)]),
  });

/** As if nothing had been heard of it for so long. */
function silence(uploadId: string, minutes: number): void {
  const then = new Date(Date.now() - minutes * 60_000);
  for (const name of [uploadId, `${uploadId}.json`]) utimesSync(join(folder, name), then, then);
}

const left = () => readdirSync(folder).filter((name) => !name.includes('.')).length;

describe('one client', () => {
  it('may announce four times the largest upload, and leaves the rest to others', async () => {
    for (let n = 0; n < 4; n++) await begin('greedy', 511 * megabyte);
    await expect(begin('greedy', 511 * megabyte)).rejects.toMatchObject({ code: 'TOO_MANY_UPLOADS' });
    await begin('modest', 511 * megabyte);
  });

  it('may have a hundred uploads, however small, also when it begins them all at once', async () => {
    const begun = await Promise.allSettled(Array.from({ length: 120 }, () => begin('busy', 1)));
    expect(begun.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(100);
    expect(left()).toBeLessThanOrEqual(100);
    await begin('modest', 1);
  });
});

describe('an upload', () => {
  it('to which no byte comes in ten minutes goes, and its room before', async () => {
    const id = await begin('silent', 500 * megabyte);
    expect(await uploads.promisedBytes()).toBe(500 * megabyte);
    silence(id, 11);
    expect(await uploads.promisedBytes()).toBe(0);
    expect(left()).toBe(0);
  });

  it('that stands still holds no room, stays, and goes on when its bytes come', async () => {
    const id = await begin('slow', 1000);
    await send(id, 0, 'abc');
    expect(await uploads.promisedBytes()).toBe(997);
    silence(id, 11);
    expect(await uploads.promisedBytes()).toBe(0);
    expect(left()).toBe(1);
    await send(id, 3, 'def');
    expect(await uploads.promisedBytes()).toBe(994);
  });

  it('that has been silent for longest makes room when all places are taken', async () => {
    uploads = new ResumableUploads(folder, 512 * megabyte, { all: 12, perClient: 5 });
    const ids: string[] = [];
    for (let n = 0; n < 12; n++) {
      const id = await begin(`client ${n % 4}`, 2);
      await send(id, 0, 'a');
      ids.push(id);
    }
    await expect(begin('late', 10)).rejects.toMatchObject({ code: 'UPLOADS_BUSY' });
    silence(ids[7], 20);
    silence(ids[9], 30);
    await begin('late', 10);
    expect(readdirSync(folder)).not.toContain(ids[9]);
    expect(readdirSync(folder)).toContain(ids[7]);
  });
});

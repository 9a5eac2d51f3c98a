import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RangeServer } from '../../test/range-server.ts';
import { type Example, type ExampleFile, isles22Example } from './isles22-example.ts';
import { ExampleSource } from './source.ts';

const patience = { tries: 2, firstPauseMs: 1, silenceMs: 500 };

let server: RangeServer;
let folder = '';
let example: Example;

beforeEach(async () => {
  server = await new RangeServer().start();
  folder = mkdtempSync(join(tmpdir(), 'atoll-example-'));
  const files = (['dwi', 'adc', 'reference'] as const).map((role, at): ExampleFile => {
    const bytes = new Uint8Array(50_000).fill(at + 1);
    const name = `${role}.nii.gz`;
    server.files.set(`/pinned/${name}`, bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { role, name, sizeBytes: bytes.length, sha256, url: `${server.url}/pinned/${name}` };
  });
  example = { ...isles22Example, files };
});

afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const source = () => new ExampleSource(folder, example);

describe('the example of a real patient', () => {
  it('is no case until it was fetched, and then one with licence and reference', async () => {
    expect(await source().list()).toEqual([]);
    await expect(source().open('isles22-example')).rejects.toMatchObject({ code: 'CASE_UNKNOWN' });
    expect(await source().fetch({ patience })).toBe(true);
    expect(await source().list()).toMatchObject([
      { id: 'isles22-example', licence: 'CC BY-SA 4.0', images: ['dwi', 'adc', 'reference'] },
    ]);
    const files = await source().open('isles22-example');
    expect([files.dwi[0], files.adc[0], files.reference?.[0]]).toEqual([1, 2, 3]);
  });

  it('is not downloaded again, and after a break only what is missing', async () => {
    server.faults.push({ cutAfterBytes: 20_000 });
    await source().fetch({ patience });
    expect(server.seen[1].headers.range).toBe('bytes=20000-49999');
    rmSync(join(folder, 'example/isles22-example/adc.nii.gz'));
    server.forget();
    expect(await source().fetch({ patience })).toBe(true);
    expect(await source().fetch({ patience })).toBe(false);
    expect(server.seen.map(({ path }) => path)).toEqual(['/pinned/adc.nii.gz']);
  });

  it('is refused when a file is another than the one whose hash is known, and nothing of it is kept', async () => {
    server.files.set('/pinned/adc.nii.gz', new Uint8Array(50_000).fill(9));
    await expect(source().fetch({ patience })).rejects.toMatchObject({
      code: 'SOURCE_INVALID',
      message: expect.stringContaining('SHA-256'),
    });
    expect(readdirSync(join(folder, 'example/isles22-example'))).toEqual(['dwi.nii.gz']);
    expect(await source().list()).toEqual([]);
  });

  it('comes from a mirror when one is named', async () => {
    for (const { name } of example.files) {
      const file = server.files.get(`/pinned/${name}`);
      if (file !== undefined) server.files.set(`/mirror/${name}`, file);
    }
    await source().fetch({ patience, mirror: `${server.url}/mirror/` });
    expect(server.seen.every(({ path }) => path.startsWith('/mirror/'))).toBe(true);
  });

  it('says so when a kept file is damaged, instead of showing it', async () => {
    await source().fetch({ patience });
    writeFileSync(join(folder, 'example/isles22-example/dwi.nii.gz'), new Uint8Array(50_000).fill(7));
    await expect(source().open('isles22-example')).rejects.toMatchObject({ code: 'CASE_INCOMPLETE' });
    expect(await source().fetch({ patience })).toBe(true);
    expect((await source().open('isles22-example')).dwi[0]).toBe(1);
  });

  it('is pinned: whole commits, whole hashes, encrypted addresses', () => {
    for (const { url, sha256 } of isles22Example.files) {
      expect(url).toMatch(/^https:\/\/raw\.githubusercontent\.com\/[^/]+\/[^/]+\/[0-9a-f]{40}\//);
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    }
  });
});

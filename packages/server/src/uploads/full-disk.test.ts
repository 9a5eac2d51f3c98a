import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDiskFull } from '@atoll/errors/disk-full';
import { FolderStore } from '@atoll/store/folder-store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adcFile, form, startUploadServer, type UploadServer } from '../../test/upload-parts.ts';

const folder = mkdtempSync(join(tmpdir(), 'atoll-full-'));
/** A real disk of a megabyte, for who may mount one. */
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1M', 'tmpfs', folder]).status === 0;
if (!mounted) process.stderr.write('No disk could be mounted: a full one is not tried.\n');

afterAll(() => {
  if (mounted) spawnSync('umount', [folder]);
  rmdirSync(folder);
});

describe.runIf(mounted)('a disk that becomes full', () => {
  let at: UploadServer;
  beforeAll(async () => {
    at = await startUploadServer({ ATOLL_MIN_FREE_DISK_MB: '0' }, { dataDir: folder });
  });
  afterAll(() => at.stop());
  const large = new Uint8Array(3_000_000).fill(7);
  const problem = async (answer: Response) => [answer.status, (await answer.json()).code];

  it('is not the fault of who brings a case', async () => {
    const body = form({ dwi: large, adc: adcFile });
    const answer = await fetch(`${at.url}/api/cases`, { method: 'POST', body });
    expect(answer.headers.get('retry-after')).toBe('15');
    expect(await problem(answer)).toEqual([503, 'DISK_FULL']);
  });

  it('is not the fault of who sends a piece of an upload', async () => {
    const headers = { 'Tus-Resumable': '1.0.0', 'Upload-Length': String(large.length) };
    const begun = await fetch(`${at.url}/api/uploads`, { method: 'POST', headers });
    const piece = await fetch(begun.headers.get('location') ?? '', {
      method: 'PATCH',
      headers: {
        'Tus-Resumable': '1.0.0',
        'Upload-Offset': '0',
        'Content-Type': 'application/offset+octet-stream',
      },
      body: large,
    });
    expect(await problem(piece)).toEqual([503, 'DISK_FULL']);
    await fetch(begun.headers.get('location') ?? '', { method: 'DELETE', headers });
  });

  it('is told by the store, which leaves nothing half-written', async () => {
    const store = new FolderStore(join(folder, 'results'), { prefix: 'r', isId: () => true });
    await expect(store.put('a', new Map([['large', large]]))).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await store.has('a')).toBe(false);
  });
});

describe('a full disk', () => {
  it('is known by its codes, however deep they lie', () => {
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    expect(isDiskFull(new Error('outer', { cause: new Error('inner', { cause: full }) }))).toBe(true);
    expect(isDiskFull(Object.assign(new Error('denied'), { code: 'EACCES' }))).toBe(false);
  });
});

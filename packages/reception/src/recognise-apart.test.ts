import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recogniseApart, type ThreadTask } from './recognise-apart.ts';

let folder: string;
let task: ThreadTask;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-recognise-'));
  const path = join(folder, 'received-0');
  writeFileSync(path, 'no image');
  const file = { path, sizeBytes: 8, role: null, name: 'dwi.nii.gz' };
  task = { received: { files: [file] }, folder, maxFiles: 10 };
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('recognition in a thread of its own', () => {
  it('ends at its limit, and the next of the same client has its turn', async () => {
    const late = recogniseApart(task, 'somebody', undefined, 1);
    const next = recogniseApart(task, 'somebody');
    await expect(late).rejects.toMatchObject({ code: 'DICOM_TIMED_OUT' });
    await expect(next).rejects.toMatchObject({ code: 'INTAKE_NOTHING_FOUND' });
  });

  it('ends when whoever brought the images goes', async () => {
    const leaving = new AbortController();
    const left = recogniseApart(task, 'somebody', leaving.signal);
    leaving.abort();
    await expect(left).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  });
});

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { filesOfFolder } from './folder-files.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-intake-'));
  mkdirSync(join(folder, 'in/sub'), { recursive: true });
  writeFileSync(join(folder, 'secret'), 'outside');
  writeFileSync(join(folder, 'in/IM10'), 'ten');
  writeFileSync(join(folder, 'in/IM9'), 'nine');
  writeFileSync(join(folder, 'in/sub/a.nii'), '0123456789');
  writeFileSync(join(folder, 'in/.DS_Store'), 'hidden');
  symlinkSync(join(folder, 'secret'), join(folder, 'in/link'));
  symlinkSync(folder, join(folder, 'in/up'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('brings the files of a folder, and follows no link out of it, but says so', async () => {
  const files = await filesOfFolder(join(folder, 'in'));
  expect(files.map(({ path }) => path)).toEqual(['IM9', 'IM10', 'link', 'sub/a.nii']);
  expect(new TextDecoder().decode(await files[3].read({ start: 3, end: 5 }))).toBe('34');
  expect(new TextDecoder().decode(await files[3].read({ start: 8, end: 99 }))).toBe('89');
  expect(new TextDecoder().decode(await files[0].read())).toBe('nine');
  await expect(files[2].read()).rejects.toThrow('leads out of the folder');
});

it('follows the links of a DataLad folder to their content, and says what was not downloaded', async () => {
  const dataset = join(folder, 'datalad');
  const objects = join(dataset, '.git/annex/objects/aa');
  mkdirSync(objects, { recursive: true });
  mkdirSync(join(dataset, 'sub-01/dwi'), { recursive: true });
  writeFileSync(join(objects, 'MD5E-1.nii'), 'voxels');
  symlinkSync('../../.git/annex/objects/aa/MD5E-1.nii', join(dataset, 'sub-01/dwi/a.nii'));
  symlinkSync('../../.git/annex/objects/bb/MD5E-2.nii', join(dataset, 'sub-01/dwi/b.nii'));
  // Also of one subject alone, whose content lies outside the folder that was given.
  for (const given of [dataset, join(dataset, 'sub-01')]) {
    const [fetched, missing] = await filesOfFolder(given);
    expect([fetched.sizeBytes, new TextDecoder().decode(await fetched.read())]).toEqual([6, 'voxels']);
    await expect(missing.read({ start: 0, end: 4 })).rejects.toThrow('datalad get');
  }
});

it('brings one file by its name alone, and says when there are too many or none', async () => {
  expect((await filesOfFolder(join(folder, 'in/IM9'))).map(({ path }) => path)).toEqual(['IM9']);
  await expect(filesOfFolder(join(folder, 'in'), 2)).rejects.toMatchObject({ code: 'INTAKE_TOO_MANY_FILES' });
  await expect(filesOfFolder(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
});

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { broughtFolder } from './folder-files.ts';

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

it('brings the files of a folder, and follows no link out of it', async () => {
  const files = await broughtFolder(join(folder, 'in'));
  expect(files.map(({ path }) => path)).toEqual(['IM9', 'IM10', 'sub/a.nii']);
  expect(new TextDecoder().decode(await files[2].read({ start: 3, end: 5 }))).toBe('34');
  expect(new TextDecoder().decode(await files[2].read({ start: 8, end: 99 }))).toBe('89');
  expect(new TextDecoder().decode(await files[0].read())).toBe('nine');
});

it('brings one file by its name alone, and says when there are too many or none', async () => {
  expect((await broughtFolder(join(folder, 'in/IM9'))).map(({ path }) => path)).toEqual(['IM9']);
  await expect(broughtFolder(join(folder, 'in'), 2)).rejects.toMatchObject({ code: 'INTAKE_TOO_MANY_FILES' });
  await expect(broughtFolder(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
});

import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderStore } from '@atoll/store/folder-store';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CaseRegistry } from '../registry.ts';
import type { CaseSource } from '../source.ts';
import { maxTitleLength, UploadedCases, untitled, uploadKind } from './uploaded-cases.ts';

let folder: string;
let cases: UploadedCases;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-cases-'));
  mkdirSync(join(folder, 'brought'));
  cases = open();
});
afterEach(() => rmSync(folder, { recursive: true }));

/** As another process sees them. */
const open = () => new UploadedCases(async () => new FolderStore(join(folder, 'store'), uploadKind));

/** Images of these texts, as a new case takes them. */
function images(texts: Readonly<Record<string, string>>) {
  const paths = new Map<'dwi' | 'adc' | 'flair' | 'reference', string>();
  for (const role of ['dwi', 'adc', 'flair', 'reference'] as const) {
    if (texts[role] === undefined) continue;
    const path = join(folder, 'brought', role);
    writeFileSync(path, texts[role]);
    paths.set(role, path);
  }
  return paths;
}

it('an uploaded case is found and opened by its id in any process, and is in no list', async () => {
  const derivation = ['ADC: computed.'];
  const caseId = await cases.add({
    images: images({ reference: 'r', adc: 'a', dwi: 'd' }),
    title: 'One',
    derivation,
  });
  const elsewhere = open();
  expect(await elsewhere.list()).toEqual([]);
  expect(await elsewhere.find(caseId)).toEqual({
    id: caseId,
    title: 'One',
    description: '',
    source: 'upload',
    images: ['dwi', 'adc', 'reference'],
    licence: null,
    derivation,
  });
  const files = await elsewhere.open(caseId);
  expect(Object.keys(files).sort()).toEqual(['adc', 'derivation', 'dwi', 'reference']);
  expect(new TextDecoder().decode(files.adc)).toBe('a');
  await elsewhere.remove(caseId);
  expect(await cases.find(caseId)).toBeNull();
  await expect(cases.open(caseId)).rejects.toMatchObject({ code: 'CASE_UNKNOWN' });
});

it('its title is bounded, and never empty', async () => {
  const add = async (title?: string) => {
    const caseId = await cases.add({ images: images({ dwi: 'd', adc: 'a' }), title });
    return (await cases.find(caseId))?.title;
  };
  expect(await add()).toBe(untitled);
  expect(await add('  ')).toBe(untitled);
  expect((await add('t'.repeat(5000)))?.length).toBe(maxTitleLength);
});

it('to open it is to use it, and to look at it is not', async () => {
  const caseId = await cases.add({ images: images({ dwi: 'd', adc: 'a' }) });
  const yesterday = new Date(Date.now() - 86_400_000);
  utimesSync(join(folder, 'store', caseId), yesterday, yesterday);
  await cases.find(caseId);
  expect((await cases.usedAt(caseId))?.getTime()).toBeCloseTo(yesterday.getTime(), -2);
  await cases.open(caseId);
  expect((await cases.usedAt(caseId))?.getTime()).toBeGreaterThan(Date.now() - 60_000);
  expect((await Array.fromAsync(cases.stored())).flat().map(({ id }) => id)).toEqual([caseId]);
});

it('no other id leads anywhere', async () => {
  for (const id of ['', '..', 'u-', `u-${'g'.repeat(32)}`, `u-${'a'.repeat(32)}/..`, 'a'.repeat(32)]) {
    expect([await cases.find(id), await cases.usedAt(id)]).toEqual([null, null]);
    await cases.touch(id);
    await cases.remove(id);
  }
});

it('a registry finds it without asking sources that may be slow or broken', async () => {
  const caseId = await cases.add({ images: images({ dwi: 'd', adc: 'a' }) });
  const broken: CaseSource = {
    id: 'broken',
    title: 'broken',
    list: () => Promise.reject(new Error('asked')),
    open: () => Promise.reject(new Error('asked')),
  };
  const registry = new CaseRegistry([broken, cases]);
  expect((await registry.find(caseId))?.id).toBe(caseId);
  expect(new TextDecoder().decode((await registry.open(caseId)).dwi)).toBe('d');
});

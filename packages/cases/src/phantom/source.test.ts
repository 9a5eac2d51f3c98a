import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { axialGrid } from '@atoll/phantom/grids';
import { phantomVersion } from '@atoll/phantom/phantom';
import { type PhantomCase, phantomCases } from '@atoll/phantom/specs';
import { readNifti, readNiftiMask } from '@atoll/volume/nifti-read';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PhantomSource } from './source.ts';

const caseId = 'phantom-small';
/** A coarse grid, so that it is made in no time. */
const small: PhantomCase = {
  ...phantomCases[0],
  id: caseId,
  spec: {
    ...phantomCases[0].spec,
    grid: axialGrid([44, 52, 32], [4.4, 4.4, 4.6], { x: 'L', y: 'A' }, [0, -17, 10]),
  },
};
const cases = [small];
let cacheDir = '';

beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'atoll-phantom-'));
});
afterEach(async () => {
  await rm(cacheDir, { recursive: true });
});

const file = (role: string) => join(cacheDir, `phantom-v${phantomVersion}`, caseId, `${role}.nii.gz`);

describe('the phantom source', () => {
  it('lists its cases without making one', async () => {
    const listed = await new PhantomSource({ cacheDir }).list();
    expect(listed.map(({ id }) => id)).toEqual(phantomCases.map(({ id }) => id));
    for (const { id, images, source } of listed) {
      expect(id).toMatch(/^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$/);
      expect(images).toEqual(['dwi', 'adc', 'reference']);
      expect(source).toBe('phantom');
    }
    expect(await readdir(cacheDir)).toEqual([]);
  });

  it('makes a case once, keeps it in the folder, and gives the same bytes from there', async () => {
    const made = await new PhantomSource({ cacheDir, cases }).open(caseId);
    const { mtimeMs } = await stat(file('dwi'));
    const read = await new PhantomSource({ cacheDir, cases }).open(caseId);
    expect(Buffer.from(read.dwi).equals(made.dwi)).toBe(true);
    expect(Buffer.from(read.adc).equals(made.adc)).toBe(true);
    expect(Buffer.from(read.reference).equals(made.reference)).toBe(true);
    expect((await stat(file('dwi'))).mtimeMs).toBe(mtimeMs);
    expect((await readdir(join(cacheDir, `phantom-v${phantomVersion}`, caseId))).sort()).toEqual([
      'adc.nii.gz',
      'dwi.nii.gz',
      'reference.nii.gz',
    ]);
  });

  it('gives files that read as images on one grid', async () => {
    const files = await new PhantomSource({ cacheDir, cases }).open(caseId);
    const dwi = await readNifti(files.dwi);
    const adc = await readNifti(files.adc);
    const truth = await readNiftiMask(files.reference);
    expect(dwi.shape).toEqual(small.spec.grid.shape);
    expect(adc.affine).toEqual(dwi.affine);
    expect(truth.affine).toEqual(dwi.affine);
    expect(truth.data.some((voxel) => voxel === 1)).toBe(true);
  });

  it('makes a case anew when a kept file is cut short or damaged', async () => {
    const source = new PhantomSource({ cacheDir, cases });
    const made = await source.open(caseId);
    await truncate(file('dwi'), 1000);
    const again = await source.open(caseId);
    expect(Buffer.from(again.dwi).equals(made.dwi)).toBe(true);

    const bytes = await readFile(file('adc'));
    bytes[bytes.length >> 1] ^= 0xff;
    await writeFile(file('adc'), bytes);
    const third = await source.open(caseId);
    expect(Buffer.from(third.adc).equals(made.adc)).toBe(true);
    expect(Buffer.from(await readFile(file('adc'))).equals(made.adc)).toBe(true);
  });

  it('shares one making among those who open the same case at the same time', async () => {
    const source = new PhantomSource({ cases });
    const [one, other] = await Promise.all([source.open(caseId), source.open(caseId)]);
    expect(one).toBe(other);
    expect(await source.open(caseId)).toBe(one);
  });

  it('goes on for the others when one of them aborts', async () => {
    const source = new PhantomSource({ cases });
    const abort = new AbortController();
    const one = source.open(caseId, { signal: abort.signal });
    const other = source.open(caseId);
    abort.abort();
    await expect(one).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect((await other).dwi.length).toBeGreaterThan(1000);
  });

  it('ends the making when the last one aborts, and can make the case later', async () => {
    const source = new PhantomSource({ cacheDir, cases });
    const abort = new AbortController();
    const opening = source.open(caseId, { signal: abort.signal });
    setTimeout(() => abort.abort(), 30);
    await expect(opening).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect(await readdir(cacheDir)).toEqual([]);
    expect((await source.open(caseId)).dwi.length).toBeGreaterThan(1000);
  });

  it('has the first case made before it is chosen, once, when somebody looks at the list', async () => {
    const source = new PhantomSource({ cacheDir, cases });
    const looking = new AbortController();
    source.expectReader(looking.signal);
    source.expectReader(looking.signal);
    await expect.poll(() => stat(file('reference')).catch(() => null), { timeout: 20_000 }).not.toBeNull();
    const { mtimeMs } = await stat(file('dwi'));
    expect((await source.open(caseId)).dwi.length).toBeGreaterThan(1000);
    expect((await stat(file('dwi'))).mtimeMs).toBe(mtimeMs);
  });

  it('makes nothing ahead of a server that stops', async () => {
    const source = new PhantomSource({ cacheDir, cases });
    const looking = new AbortController();
    source.expectReader(looking.signal);
    looking.abort();
    await expect(source.open(caseId, { signal: looking.signal })).rejects.toMatchObject({
      code: 'JOB_CANCELLED',
    });
    expect(await readdir(cacheDir)).toEqual([]);
  });

  it('lets the event loop run while a case is made', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    await new PhantomSource({ cases }).open(caseId);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(10);
  });

  it('answers all the same where nothing can be written', async () => {
    const blocked = join(cacheDir, 'a-file');
    await writeFile(blocked, '');
    const source = new PhantomSource({ cacheDir: blocked, cases });
    const files = await source.open(caseId);
    expect(await source.open(caseId)).toBe(files);
  });

  it('does not know a case that is not there', async () => {
    await expect(new PhantomSource().open('../phantom-pons')).rejects.toMatchObject({ code: 'CASE_UNKNOWN' });
  });
});

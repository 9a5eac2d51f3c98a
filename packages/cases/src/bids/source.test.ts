import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readNifti } from '@atoll/volume/nifti-read';
import { writeNifti } from '@atoll/volume/nifti-write';
import type { Affine } from '@atoll/volume/volume';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BidsSource } from './source.ts';

/** A negative x axis, and a grid that leans. */
const oblique: Affine = [
  [-2, 0, 0.3, 90],
  [0, 1.9, -0.6, -80],
  [0.3, 0.6, 1.9, -40],
];

/** A small image that says its own number in its voxels, as 3D or with several volumes. */
function image(value: number, volumes = 1): Uint8Array {
  const one = { shape: [3, 4, 2 * volumes] as const, affine: oblique, data: new Float32Array(24 * volumes) };
  for (let at = 0; at < one.data.length; at++) one.data[at] = value + Math.floor(at / 24);
  const bytes = writeNifti(one, 'int16');
  const view = new DataView(bytes.buffer);
  if (volumes > 1) [4, 3, 4, 2, volumes].forEach((n, i) => void view.setInt16(40 + 2 * i, n, true));
  return gzipSync(bytes);
}

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'atoll-bids-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, content: Uint8Array | string = image(1)): void {
  mkdirSync(join(root, dirname(path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

const ids = async (source: BidsSource) => (await source.list()).map(({ id }) => id);
const firstValue = async (bytes: Uint8Array | undefined) =>
  (await readNifti(bytes ?? new Uint8Array())).data[0];

describe('a BIDS folder', () => {
  it('lists subjects and sessions of BIDS’ own layout by names alone', async () => {
    put('dataset_description.json', JSON.stringify({ Name: 'Ward 7', License: 'CC0', BIDSVersion: '1.8.0' }));
    // No image at all: whoever lists must not open them.
    put('sub-02/ses-a/dwi/sub-02_ses-a_dwi.nii.gz', '');
    put('sub-02/ses-a/dwi/sub-02_ses-a_ADC.nii.gz', '');
    put('sub-02/ses-b/dwi/sub-02_ses-b_dwi.nii.gz', '');
    put('sub-02/ses-b/dwi/sub-02_ses-b_adc.nii', '');
    put('sub-02/ses-b/anat/sub-02_ses-b_FLAIR.nii.gz', '');
    put('sub-01/dwi/sub-01_dwi.nii.gz', '');
    put('sub-01/dwi/sub-01_adc.nii.gz', '');
    put('derivatives/manual/sub-01/dwi/sub-01_desc-lesion_mask.nii.gz', '');
    const cases = await new BidsSource(root).list();
    expect(cases).toMatchObject([
      {
        id: 'sub-01',
        title: 'sub-01',
        images: ['dwi', 'adc', 'reference'],
        licence: 'CC0',
        description: 'Ward 7',
      },
      { id: 'sub-02_ses-a', images: ['dwi', 'adc'] },
      { id: 'sub-02_ses-b', title: 'sub-02, session b', images: ['dwi', 'adc', 'flair'] },
    ]);
  });

  it('believes the image type in a sidecar, its own or an inherited one, before the name of a file', async () => {
    const type = (...imageType: string[]) => JSON.stringify({ ImageType: imageType });
    put('acq-calc_dwi.json', type('DERIVED', 'SECONDARY', 'DIFFUSION', 'ADC'));
    put('sub-01/dwi/sub-01_acq-calc_dwi.nii.gz', image(1));
    put('sub-01/dwi/sub-01_acq-fa_adc.nii.gz', image(2));
    put('sub-01/dwi/sub-01_acq-fa_adc.json', type('DERIVED', 'PRIMARY', 'FA'));
    put('sub-01/dwi/sub-01_acq-a_dwi.nii.gz', image(3));
    put('sub-01/dwi/sub-01_acq-a_dwi.json', type('ORIGINAL', 'PRIMARY', 'DIFFUSION', 'NONE'));
    put('sub-01/dwi/sub-01_acq-z_dwi.nii.gz', image(4));
    put('sub-01/dwi/sub-01_acq-z_dwi.json', type('DERIVED', 'PRIMARY', 'DIFFUSION', 'TRACEW'));
    const files = await new BidsSource(root).open('sub-01');
    expect(await firstValue(files.dwi)).toBe(4);
    expect(await firstValue(files.adc)).toBe(1);
  });

  it('takes the mask of acute lesions for the reference where there is one of all lesions, too', async () => {
    put('sub-01/dwi/sub-01_dwi.nii.gz', image(1));
    put('sub-01/dwi/sub-01_adc.nii.gz', image(2));
    put('derivatives/manual/sub-01/dwi/sub-01_desc-lesion_mask.nii.gz', image(3));
    put('derivatives/manual/sub-01/dwi/sub-01_desc-lesionAcute_mask.nii.gz', image(4));
    expect(await firstValue((await new BidsSource(root).open('sub-01')).reference)).toBe(4);
  });

  it('knows the layouts of ISLES’22 and ISLES’24', async () => {
    put('rawdata/sub-strokecase0001/ses-0001/sub-strokecase0001_ses-0001_dwi.nii.gz', image(10));
    put('rawdata/sub-strokecase0001/ses-0001/sub-strokecase0001_ses-0001_adc.nii.gz', image(20));
    put('rawdata/sub-strokecase0001/ses-0001/sub-strokecase0001_ses-0001_flair.nii.gz', image(30));
    put('derivatives/sub-strokecase0001/ses-0001/sub-strokecase0001_ses-0001_msk.nii.gz', image(40));
    put('rawdata/sub-stroke0002/ses-01/ct/sub-stroke0002_ses-01_ncct.nii.gz');
    put('rawdata/sub-stroke0002/ses-02/dwi/sub-stroke0002_ses-02_dwi.nii.gz');
    put('rawdata/sub-stroke0002/ses-02/dwi/sub-stroke0002_ses-02_adc.nii.gz');
    put('derivatives/sub-stroke0002/ses-01/sub-stroke0002_ses-01_lvo-msk.nii.gz');
    put('derivatives/sub-stroke0002/ses-02/sub-stroke0002_ses-02_lesion-msk.nii.gz');
    const source = new BidsSource(root);
    expect(await source.list()).toMatchObject([
      { id: 'sub-stroke0002_ses-02', images: ['dwi', 'adc', 'reference'] },
      { id: 'sub-strokecase0001_ses-0001', images: ['dwi', 'adc', 'flair', 'reference'] },
    ]);
    expect(source.remarks()).toEqual([]);
    const files = await source.open('sub-strokecase0001_ses-0001');
    expect(await Promise.all([files.dwi, files.adc, files.flair, files.reference].map(firstValue))).toEqual([
      10, 20, 30, 40,
    ]);
  });

  it('never takes a mask that Atoll made for the reference', async () => {
    put('sub-01/dwi/sub-01_dwi.nii.gz');
    put('sub-01/dwi/sub-01_adc.nii.gz');
    put('derivatives/answers/dataset_description.json', JSON.stringify({ GeneratedBy: [{ Name: 'Atoll' }] }));
    put('derivatives/answers/sub-01/dwi/sub-01_desc-lesion_mask.nii.gz');
    expect(await new BidsSource(root).list()).toMatchObject([{ id: 'sub-01', images: ['dwi', 'adc'] }]);
  });

  it('takes DWI and ADC of the same run, the first, and says which', async () => {
    put('sub-01/dwi/sub-01_run-2_dwi.nii.gz', image(2));
    put('sub-01/dwi/sub-01_run-2_adc.nii.gz', image(12));
    put('sub-01/dwi/sub-01_run-1_dwi.nii.gz', image(1));
    put('sub-01/dwi/sub-01_run-1_adc.nii.gz', image(11));
    put('sub-02/dwi/sub-02_run-1_dwi.nii.gz', image(1));
    put('sub-02/dwi/sub-02_run-2_dwi.nii.gz', image(2));
    put('sub-02/dwi/sub-02_run-2_adc.nii.gz', image(12));
    const source = new BidsSource(root);
    const [first, second] = await source.list();
    expect(first.description).toContain('run 1 of 2');
    expect(second.description).toContain('run 2 of 2');
    const opened = await Promise.all(['sub-01', 'sub-02'].map((id) => source.open(id)));
    expect(await Promise.all(opened.flatMap(({ dwi, adc }) => [firstValue(dwi), firstValue(adc)]))).toEqual([
      1, 11, 2, 12,
    ]);
  });

  it('passes over what is no case, and counts it without naming anybody', async () => {
    put('sub-01/dwi/sub-01_dwi.nii.gz');
    put('sub-jane_doe/dwi/sub-jane_doe_dwi.nii.gz');
    // Another patient’s image in this patient’s folder.
    put('sub-02/dwi/sub-02_dwi.nii.gz');
    put('sub-02/dwi/sub-03_adc.nii.gz');
    const source = new BidsSource(root);
    expect(await ids(source)).toEqual([]);
    expect(source.remarks()).toEqual([
      '1 subject skipped: the name is not a valid BIDS name.',
      '2 sessions skipped: DWI or ADC is missing.',
    ]);
  });

  it('follows links inside the folder, as git-annex has them, and none that leave it', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'atoll-outside-'));
    try {
      writeFileSync(join(outside, 'secret.nii.gz'), image(99));
      put('.git/annex/objects/key', image(7));
      for (const sub of ['01', '02']) {
        put(`sub-${sub}/dwi/sub-${sub}_adc.nii.gz`);
        const target = sub === '01' ? join(root, '.git/annex/objects/key') : join(outside, 'secret.nii.gz');
        symlinkSync(target, join(root, `sub-${sub}/dwi/sub-${sub}_dwi.nii.gz`));
      }
      symlinkSync(outside, join(root, 'sub-03'));
      const source = new BidsSource(root);
      expect(await ids(source)).toEqual(['sub-01']);
      expect(await firstValue((await source.open('sub-01')).dwi)).toBe(7);
      // The link is turned after the scan.
      rmSync(join(root, 'sub-01/dwi/sub-01_dwi.nii.gz'));
      symlinkSync(join(outside, 'secret.nii.gz'), join(root, 'sub-01/dwi/sub-01_dwi.nii.gz'));
      await expect(source.open('sub-01')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  it('says when the folder is not there, and works once it is', async () => {
    const source = new BidsSource(join(root, 'later'));
    await expect(source.list()).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    put('later/sub-01/dwi/sub-01_dwi.nii.gz');
    put('later/sub-01/dwi/sub-01_adc.nii.gz');
    expect(await ids(source)).toEqual(['sub-01']);
  });

  it('does not know a case that is not listed, whatever its name, and stops when told to', async () => {
    put('sub-01/dwi/sub-01_dwi.nii.gz');
    put('sub-01/dwi/sub-01_adc.nii.gz');
    const source = new BidsSource(root);
    for (const id of ['sub-99', '../sub-01', 'sub-01/dwi']) {
      await expect(source.open(id)).rejects.toMatchObject({ code: 'CASE_UNKNOWN' });
    }
    const open = source.open('sub-01', { signal: AbortSignal.abort() });
    await expect(open).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  });
});

describe('a 4D DWI in a BIDS folder', () => {
  async function openDwi(bvals: string | null) {
    put('sub-01/dwi/sub-01_dwi.nii.gz', image(100, 3));
    put('sub-01/dwi/sub-01_adc.nii.gz');
    if (bvals !== null) put('sub-01/dwi/sub-01_dwi.bval', bvals);
    return readNifti((await new BidsSource(root).open('sub-01')).dwi);
  }

  it('gives its one volume of the highest b-value, in the same place', async () => {
    const { shape, affine, data } = await openDwi('0 1000 500\n');
    expect(shape).toEqual([3, 4, 2]);
    expect([...new Set(data)]).toEqual([101]);
    affine.forEach((row, at) => {
      row.forEach((entry, k) => {
        expect(entry).toBeCloseTo(oblique[at][k], 4);
      });
    });
  });

  it('gives the trace of its directions at the highest b-value, in the same place, and says so', async () => {
    const { shape, affine, data } = await openDwi('0 1000 995\n');
    expect(shape).toEqual([3, 4, 2]);
    // The volumes hold 101 and 102: their geometric mean.
    for (const value of data) expect(value).toBeCloseTo(Math.sqrt(101 * 102), 3);
    for (const [at, row] of affine.entries())
      for (const [k, entry] of row.entries()) expect(entry).toBeCloseTo(oblique[at][k], 4);
    const { derivation } = await new BidsSource(root).open('sub-01');
    expect(derivation).toEqual(['DWI: geometric mean of 2 volumes with b ≈ 998 s/mm².']);
  });

  it('has its ADC computed from its b0 where the data set has none, in the same place', async () => {
    put('sub-02/dwi/sub-02_dwi.nii.gz', image(100, 3));
    put('sub-02/dwi/sub-02_dwi.bval', '1000 1000 0\n');
    const source = new BidsSource(root);
    expect((await source.list()).map(({ id, images }) => [id, images])).toContainEqual([
      'sub-02',
      ['dwi', 'adc'],
    ]);
    const { adc, derivation } = await source.open('sub-02');
    const { affine, data } = await readNifti(adc);
    for (const [at, row] of affine.entries())
      for (const [k, entry] of row.entries()) expect(entry).toBeCloseTo(oblique[at][k], 4);
    // 10⁻³ mm²/s, of volumes that hold 100, 101 and 102.
    for (const value of data) expect(value).toBeCloseTo(Math.log(102 / Math.sqrt(100 * 101)), 5);
    expect(derivation?.join()).toContain('ln(b0/DWI)/b with b = 1000 s/mm²');
  });

  it.each([
    ['has no b-value of a stroke protocol', '0 50 100', 'usual range for acute stroke'],
    ['comes without b-values', null, 'no .bval file'],
    ['has another number of b-values', '0 1000', '2 b-values'],
  ])('is refused with a reason when it %s', async (_, bvals, reason) => {
    await expect(openDwi(bvals)).rejects.toMatchObject({
      code: 'IMAGE_NOT_3D',
      message: expect.stringContaining(reason),
    });
  });
});

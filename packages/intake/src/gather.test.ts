import { gzipSync } from 'node:zlib';
import { AtollError } from '@atoll/errors/error';
import { writeNifti } from '@atoll/volume/nifti-write';
import type { Volume } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { bring, type Files, proposalFor, zipOf } from '../test/bring.ts';
import { adcHead, nifti4d, signalHead } from '../test/head.ts';
import { gather } from './gather.ts';

const nii = (volume: Volume) => writeNifti(volume, 'float32');
const dwi = nii(signalHead(1000));
const adc = nii(adcHead(1e6));
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof AtollError ? error.code : String(error)),
  );
const gathered = (files: Files) => gather(bring(files));

/** A MetaImage of 16 × 16 × 4 unsigned bytes, its voxels in a file beside it. */
const mhd = [
  'ObjectType = Image',
  'NDims = 3',
  'DimSize = 16 16 4',
  'ElementType = MET_UCHAR',
  'TransformMatrix = 1 0 0 0 1 0 0 0 1',
  'ElementDataFile = voxels.raw',
  '',
].join('\n');

describe('what files are', () => {
  it('is told by their content, whatever they are called', async () => {
    const { candidates, ignored } = await gathered({
      'a.dcm': dwi,
      'b.txt': gzipSync(adc),
      'c/d.mhd': mhd,
      'c/voxels.raw': new Uint8Array(1024).fill(3),
      'notes.nii': 'these are only words',
      'empty.nii.gz': '',
      'holiday.jpg': Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]),
      'packed.nii.gz': gzipSync('no image'),
    });
    expect(candidates.map(({ name, source }) => [name, source])).toEqual([
      ['a.dcm', 'nifti'],
      ['b.txt', 'nifti'],
      ['c/d', 'metaimage'],
    ]);
    expect(ignored.map(({ path }) => path)).toEqual([
      'notes.nii',
      'empty.nii.gz',
      'holiday.jpg',
      'packed.nii.gz',
    ]);
    expect(ignored.every(({ reason }) => /^[A-Z].*\.$/.test(reason))).toBe(true);
  });

  it('joins an image with its sidecars, which are not left over', async () => {
    const { candidates, ignored } = await gathered({
      'x/dti.nii.gz': gzipSync(nifti4d([signalHead(0), signalHead(1000)])),
      'x/dti.bval': '0 1000',
      'x/dti.bvec': '0 1\n0 0\n0 0',
      'x/dti.json': '{"SeriesDescription": "ep2d_diff", "PatientName": "MUSTERMANN"}',
      'y/dti.json': 'not of that folder',
    });
    expect(candidates[0]).toMatchObject({
      bValues: [0, 1000],
      volumes: 2,
      seriesDescription: 'ep2d_diff',
      paths: ['x/dti.nii.gz', 'x/dti.json', 'x/dti.bval', 'x/dti.bvec'],
    });
    expect(JSON.stringify(candidates)).not.toContain('MUSTERMANN');
    expect(ignored.map(({ path }) => path)).toEqual(['y/dti.json']);
  });
});

describe('files in a ZIP', () => {
  it('are found as they are in a folder', async () => {
    const zip = await zipOf({ 'case/dwi.nii': dwi, 'case/adc.nii.gz': gzipSync(adc), 'readme.txt': 'hello' });
    const found = await proposalFor({ 'upload.bin': zip, 'extra.nii': dwi });
    expect(found).toMatchObject({ dwi: 'upload.bin/case/dwi', adc: 'upload.bin/case/adc' });
  });
});

describe('files that are damaged', () => {
  it('cost none of the others', async () => {
    const { candidates, ignored } = await gathered({
      'dwi.nii': dwi,
      'adc.nii.gz': gzipSync(adc).subarray(0, 9000),
      'cut.nii': dwi.subarray(0, 5000),
      'cut.zip': (await zipOf({ a: dwi })).subarray(0, 2000),
      'alone.mhd': mhd,
    });
    expect(candidates.map(({ name }) => name)).toEqual(['dwi']);
    expect(ignored.map(({ path }) => path).sort()).toEqual(['adc.nii.gz', 'alone.mhd', 'cut.nii', 'cut.zip']);
  });

  it('are refused with a code when nothing else was given', async () => {
    expect(await code(gathered({ 'cut.nii': dwi.subarray(0, 5000) }))).toBe('IMAGE_TRUNCATED');
    expect(await code(gathered({ 'cut.zip': (await zipOf({ a: dwi })).subarray(0, 2000) }))).toBe(
      'ZIP_INVALID',
    );
  });

  it('of any cut and any flipped byte end in words, never in a crash', async () => {
    const zip = await zipOf({ 'a.nii': gzipSync(dwi.subarray(0, 20_000)), b: 'text' });
    let seed = 1;
    const random = (below: number) => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
    for (const whole of [dwi.subarray(0, 20_000), gzipSync(dwi.subarray(0, 20_000)), zip]) {
      for (let round = 0; round < 25; round++) {
        const bytes = Uint8Array.from(
          whole.subarray(0, round % 2 === 0 ? random(whole.length) : whole.length),
        );
        for (let flips = 0; flips < 4 && bytes.length > 0; flips++)
          bytes[random(bytes.length)] ^= 1 + random(255);
        const outcome = await code(gathered({ 'x.bin': bytes }));
        expect(outcome).toMatch(/^(none|(IMAGE|ZIP)_[A-Z_]+)$/);
      }
    }
  });
});

describe('limits', () => {
  it('hold for thousands of files, in a folder and in a ZIP', async () => {
    const many = Object.fromEntries(Array.from({ length: 2001 }, (_, at) => [`f${at}`, 'x']));
    const limited = (files: Files) => gather(bring(files), { maxFiles: 2000 });
    expect(await code(limited(many))).toBe('INTAKE_TOO_MANY_FILES');
    expect(await code(limited({ 'many.zip': await zipOf(many, { level: 0 }) }))).toBe('ZIP_TOO_LARGE');
    delete many.f0;
    expect((await limited(many)).ignored).toHaveLength(2000);
  });

  it('hold for images that claim more than any scanner makes', async () => {
    const claims = Uint8Array.from(dwi);
    const view = new DataView(claims.buffer);
    for (const at of [42, 44, 46]) view.setInt16(at, 30_000, true);
    expect(await code(gathered({ 'a.nii': claims }))).toBe('IMAGE_TOO_LARGE');
    const bomb = gzipSync(Buffer.concat([dwi.subarray(0, 352), Buffer.alloc(50e6)]));
    expect(await code(gathered({ 'a.nii.gz': bomb }))).toBe('IMAGE_TOO_LARGE');
  });

  it('stop the gathering when it is aborted', async () => {
    const stopped = gather(bring({ 'a.nii': dwi }), { signal: AbortSignal.abort() });
    expect(await code(stopped)).toBe('JOB_CANCELLED');
  });
});

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Report } from '@atoll/contract/report';
import { makePhantom } from '@atoll/phantom/phantom';
import { phantomCases } from '@atoll/phantom/specs';
import { compareMasks } from '@atoll/volume/metrics';
import { readNifti, readNiftiMask } from '@atoll/volume/nifti-read';
import { writeNifti, writeNiftiMask } from '@atoll/volume/nifti-write';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRealData, realData } from './real-data.ts';
import { type Ended, runAtoll } from './run-atoll.ts';

let folder = '';
const inFolder = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-cli-'));
  const spec = phantomCases.find(({ id }) => id === 'phantom-deep-right')?.spec;
  if (spec === undefined) throw new Error('the phantom of this test is gone');
  const { dwi, adc, truth } = makePhantom(spec);
  writeFileSync(inFolder('dwi.nii.gz'), gzipSync(writeNifti(dwi, 'int16')));
  writeFileSync(inFolder('adc.nii'), writeNifti(adc, 'float32'));
  writeFileSync(inFolder('truth.nii.gz'), gzipSync(writeNiftiMask(truth)));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const segment = (...args: string[]) => runAtoll(['segment', ...args]);

describe('atoll segment', () => {
  it('writes mask and report, and prints the report alone on stdout with --json', async () => {
    const out = inFolder('result');
    const ended = await segment(
      ...['--dwi', inFolder('dwi.nii.gz'), '--adc', inFolder('adc.nii')],
      ...['--reference', inFolder('truth.nii.gz'), '--out', out, '--json'],
    );
    expect(ended.code).toBe(0);
    const report = Report.parse(JSON.parse(ended.stdout));
    expect(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'))).toEqual(JSON.parse(ended.stdout));
    expect(readdirSync(out).sort()).toEqual([
      'inputs.json',
      'lesion_msk.nii.gz',
      'report.html',
      'report.json',
      'report.pdf',
    ]);
    expect(report.engine).toBe('diffusion');
    expect(report.plainLook).toMatchObject({ status: 'done', coveredShare: 1, missed: [], doubtful: [] });
    expect(report.lesions[0]).toMatchObject({ id: 1, side: 'right' });
    expect(report.metrics.status).toBe('computed');
    // The phantom's mask was written by Atoll, too.
    expect(report.warnings.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('Atoll wrote the mask chosen as reference itself'),
    );
    expect(Object.keys(report.provenance.inputSha256).sort()).toEqual(['adc', 'dwi', 'reference']);

    const mask = await readNiftiMask(readFileSync(join(out, 'lesion_msk.nii.gz')));
    const truth = await readNiftiMask(readFileSync(inFolder('truth.nii.gz')));
    expect(compareMasks(mask, truth).dice).toBeGreaterThan(0.7);
  });

  it('tells volume, sides, warnings and the notice to a reader without --json', async () => {
    const ended = await segment(
      ...['--dwi', inFolder('dwi.nii.gz'), '--adc', inFolder('adc.nii'), '--out', inFolder('told')],
    );
    expect(ended.code).toBe(0);
    expect(ended.stdout).toMatch(/Lesion volume: \d+\.\d\d mL in 1 lesion/);
    expect(ended.stdout).toContain('patient’s right');
    expect(ended.stdout).toContain('not a medical device');
    expect(ended.stderr).toContain('Brain extraction');
  });

  it('writes the brain’s outline when asked, and leaves no file of an earlier run that this one did not make', async () => {
    const out = inFolder('brain');
    mkdirSync(out);
    writeFileSync(join(out, 'missed_msk.nii.gz'), 'of an earlier run');
    const images = ['--dwi', inFolder('dwi.nii.gz'), '--adc', inFolder('adc.nii'), '--out', out];
    const asked = await segment(...images, '--save-brain', '--json');
    expect(readdirSync(out).sort()).toEqual([
      'brain_msk.nii.gz',
      'inputs.json',
      'lesion_msk.nii.gz',
      'report.html',
      'report.json',
      'report.pdf',
    ]);
    const brain = await readNiftiMask(readFileSync(join(out, 'brain_msk.nii.gz')));
    const voxels = brain.data.reduce((sum, value) => sum + value, 0);
    expect(Report.parse(JSON.parse(asked.stdout)).brain?.volumeMl).toBeCloseTo(0.008 * voxels, 3);
    await segment(...images);
    expect(readdirSync(out).sort()).toEqual([
      'inputs.json',
      'lesion_msk.nii.gz',
      'report.html',
      'report.json',
      'report.pdf',
    ]);
  });

  it('stops at Ctrl-C, and leaves nothing half-written', async () => {
    const out = inFolder('interrupted');
    const ended = await runAtoll(
      ['segment', '--dwi', inFolder('dwi.nii.gz'), '--adc', inFolder('adc.nii'), '--out', out],
      { killAfterText: 'Brain extraction' },
    );
    expect(ended.code).toBe(130);
    expect(readdirSync(out)).toEqual([]);
    expect(ended.stdout).toBe('');
  });
});

describe.skipIf(!hasRealData)('atoll segment on the ISLES’22 example (real data)', () => {
  const isles = (role: string) =>
    join(realData, 'isles22-sub-strokecase0001', `sub-strokecase0001_ses-0001_${role}.nii.gz`);

  it('reaches the promised agreement, on exactly the grid and codes of the DWI', async () => {
    const out = inFolder('isles');
    const ended = await segment(
      ...['--dwi', isles('dwi'), '--adc', isles('adc'), '--reference', isles('msk'), '--out', out, '--json'],
    );
    expect(ended.code).toBe(0);
    const { metrics } = Report.parse(JSON.parse(ended.stdout));
    if (metrics.status !== 'computed') throw new Error('no metrics');
    expect(metrics.dice).toBeGreaterThanOrEqual(0.5);
    expect(metrics.lesionF1).toBeGreaterThanOrEqual(0.54);
    const dwi = gunzipSync(readFileSync(isles('dwi')));
    const mask = gunzipSync(readFileSync(join(out, 'lesion_msk.nii.gz')));
    // dim 1–3, pixdim 0–3, and all of qform and sform with their codes: byte for byte.
    for (const [from, to] of [
      [42, 48],
      [76, 92],
      [252, 328],
    ]) {
      expect(mask.subarray(from, to)).toEqual(dwi.subarray(from, to));
    }
    const { header } = await readNifti(mask);
    expect(header.datatype).toBe(2);
  });

  it('evaluates DeepISLES’ mask against the expert’s as ISLES’22 defines it', async () => {
    const deepisles = join(realData, 'isles22-sub-strokecase0001', 'deepisles_lesion_msk.nii.gz');
    const { code, stdout } = await runAtoll([
      ...['evaluate', '--prediction', deepisles, '--reference', isles('msk'), '--json'],
    ]);
    expect(code).toBe(0);
    const figures = JSON.parse(stdout);
    expect(figures.dice).toBeCloseTo(0.788, 3);
    expect(figures.lesionF1).toBeCloseTo(0.921, 3);
    expect(figures.absoluteVolumeDifferenceMl).toBeCloseTo(1.728, 3);
    expect(figures.lesionCountDifference).toBe(4);
  });
});

describe('bad input to atoll segment', () => {
  const good = () => readFileSync(inFolder('dwi.nii.gz'));
  const raw = () => gunzipSync(good());

  /** A header of the good DWI with some bytes changed. */
  function changed(change: (view: DataView) => void): Uint8Array {
    const bytes = Uint8Array.from(raw());
    change(new DataView(bytes.buffer));
    return bytes;
  }

  const cases: [string, () => Uint8Array, string][] = [
    ['a truncated gzip', () => good().subarray(0, 20_000), 'IMAGE_TRUNCATED'],
    [
      'a damaged gzip',
      () => {
        const bytes = Uint8Array.from(good());
        bytes.fill(0x55, 30_000, 30_400);
        return bytes;
      },
      'IMAGE_CORRUPT',
    ],
    ['a truncated image', () => raw().subarray(0, 100_000), 'IMAGE_TRUNCATED'],
    ['a text file', () => Buffer.from('hello '.repeat(100)), 'IMAGE_NOT_NIFTI'],
    ['an empty file', () => new Uint8Array(0), 'IMAGE_NOT_NIFTI'],
    ['absurd dimensions', () => changed((view) => view.setInt16(42, -5, true)), 'IMAGE_BAD_DIMENSIONS'],
    [
      'more voxels than any scanner makes',
      () => changed((view) => [42, 44, 46].forEach((at) => void view.setInt16(at, 30_000, true))),
      'IMAGE_TOO_LARGE',
    ],
    ['colours', () => changed((view) => view.setInt16(70, 128, true)), 'IMAGE_UNSUPPORTED_TYPE'],
    [
      'an affine that is not finite',
      () =>
        changed((view) => {
          view.setInt16(252, 0, true);
          view.setFloat32(280, Number.NaN, true);
        }),
      'IMAGE_BAD_AFFINE',
    ],
    [
      'several volumes',
      () => {
        const bytes = changed((view) => {
          view.setInt16(40, 4, true);
          view.setInt16(48, 2, true);
        });
        return Buffer.concat([bytes, bytes.subarray(352)]);
      },
      'IMAGE_NOT_3D',
    ],
    [
      'a bomb of 2 GB in 2 MB',
      () => gzipSync(Buffer.concat([changed(() => undefined).subarray(0, 352), Buffer.alloc(2 ** 30)])),
      'IMAGE_TOO_LARGE',
    ],
    ['nothing but zeros', () => changed((view) => new Uint8Array(view.buffer).fill(0, 352)), 'STUDY_EMPTY'],
  ];

  function expectRefusal(ended: Ended, code: string): void {
    expect(ended.stderr).toContain(`[${code}]`);
    expect(ended.stderr).not.toMatch(/^\s+at /m);
    expect(ended.stdout).toBe('');
    expect(ended.code).toBe(1);
  }

  it.each(cases)('%s is refused with a sentence and a code', async (name, make, code) => {
    const file = inFolder(`${name.replaceAll(' ', '-')}.nii.gz`);
    writeFileSync(file, make());
    const out = inFolder(`out-${name.replaceAll(' ', '-')}`);
    expectRefusal(await segment('--dwi', file, '--adc', inFolder('adc.nii'), '--out', out, '--json'), code);
    expect(readdirSync(out)).toEqual([]);
  });

  it('a missing file, a folder and an unwritable target say which it is', async () => {
    const [dwi, adc] = [inFolder('dwi.nii.gz'), inFolder('adc.nii')];
    expectRefusal(
      await segment('--dwi', inFolder('no.nii'), '--adc', adc, '--out', folder),
      'FILE_UNREADABLE',
    );
    mkdirSync(inFolder('a-folder'));
    expectRefusal(
      await segment('--dwi', inFolder('a-folder'), '--adc', adc, '--out', folder),
      'FILE_UNREADABLE',
    );
    expectRefusal(await segment('--dwi', dwi, '--adc', adc, '--out', join(dwi, 'below')), 'FILE_UNWRITABLE');
  });

  it('DWI and ADC that were swapped are noticed', async () => {
    const ended = await segment(
      ...['--dwi', inFolder('adc.nii'), '--adc', inFolder('dwi.nii.gz'), '--out', inFolder('swapped')],
    );
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/\[STUDY_/);
  });

  it('a reference on another grid costs the comparison and not the mask', async () => {
    const truth = await readNiftiMask(readFileSync(inFolder('truth.nii.gz')));
    const [nx, ny, nz] = truth.shape;
    const shorter = {
      ...truth,
      shape: [nx, ny, nz - 1] as const,
      data: truth.data.subarray(0, nx * ny * (nz - 1)),
    };
    writeFileSync(inFolder('shorter.nii'), writeNiftiMask(shorter));
    const { code, stdout } = await segment(
      ...['--dwi', inFolder('dwi.nii.gz'), '--adc', inFolder('adc.nii'), '--json'],
      ...['--reference', inFolder('shorter.nii'), '--out', inFolder('other-grid')],
    );
    expect(code).toBe(0);
    expect(Report.parse(JSON.parse(stdout)).metrics).toMatchObject({
      status: 'not-computable',
      reason: expect.stringContaining('grid'),
    });
  });
});

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Report } from '@atoll/contract/report';
import { makePhantom } from '@atoll/phantom/phantom';
import { phantomCases } from '@atoll/phantom/specs';
import { readNiftiMask } from '@atoll/volume/nifti-read';
import { writeNifti, writeNiftiMask } from '@atoll/volume/nifti-write';
import { toCanonical } from '@atoll/volume/orientation';
import type { Mask } from '@atoll/volume/volume';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAtoll } from './run-atoll.ts';

let folder = '';
let truth: Mask;
const inFolder = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-revise-'));
  const spec = phantomCases.find(({ id }) => id === 'phantom-deep-right')?.spec;
  if (spec === undefined) throw new Error('the phantom of this test is gone');
  const made = makePhantom(spec);
  truth = made.truth;
  writeFileSync(inFolder('dwi.nii'), writeNifti(made.dwi, 'int16'));
  writeFileSync(inFolder('adc.nii'), writeNifti(made.adc, 'float32'));
  // As another program saves it: floats, in RAS order.
  const canonical = toCanonical(truth);
  writeFileSync(
    inFolder('edited.nii'),
    writeNifti({ ...canonical, data: Float32Array.from(canonical.data) }, 'float32'),
  );
  const ended = await runAtoll([
    'segment',
    '--dwi',
    inFolder('dwi.nii'),
    '--adc',
    inFolder('adc.nii'),
    '--out',
    inFolder('result'),
    '--no-report',
  ]);
  if (ended.code !== 0) throw new Error(ended.stderr);
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const revise = (...args: string[]) =>
  runAtoll(['revise', '--of', inFolder('result'), '--author', 'A. Reader', ...args]);

describe('atoll revise', () => {
  it('makes a revision of a mask from another program, beside the engine’s own, and counts on', async () => {
    const before = readFileSync(inFolder('result/lesion_msk.nii.gz'));
    const ended = await revise('--mask', inFolder('edited.nii'), '--note', 'Edge.', '--json');
    expect(ended.stderr).toBe('');
    expect(ended.code).toBe(0);
    const report = Report.parse(JSON.parse(ended.stdout));
    expect(report.revision).toMatchObject({
      number: 1,
      parent: 0,
      author: 'A. Reader',
      verdict: 'corrected',
      of: null,
    });
    expect(report.lesions[0].side).toBe('right');
    const saved = await readNiftiMask(readFileSync(inFolder('result/revision-1/lesion_msk.nii.gz')));
    expect(saved.data).toEqual(truth.data);
    expect(JSON.parse(readFileSync(inFolder('result/revision-1/report.json'), 'utf8'))).toEqual(
      JSON.parse(ended.stdout),
    );
    expect(readFileSync(inFolder('result/revision-1/report.html'), 'utf8')).toContain('A. Reader');
    expect(readFileSync(inFolder('result/lesion_msk.nii.gz'))).toEqual(before);

    const accepted = await revise('--verdict', 'accepted', '--no-report', '--json');
    expect(Report.parse(JSON.parse(accepted.stdout)).revision).toMatchObject({
      number: 2,
      parent: 1,
      verdict: 'accepted',
      sinceParent: { dice: 1 },
    });
    const own = await revise('--verdict', 'rejected', '--parent', '0', '--no-report', '--json');
    expect(Report.parse(JSON.parse(own.stdout)).revision).toMatchObject({
      number: 3,
      parent: 0,
      sinceEngine: { dice: 1 },
    });
  }, 120_000);

  it('finds the images that lie beside a mask, as in a ZIP of the service', async () => {
    mkdirSync(inFolder('zip'));
    const names = {
      'lesion_msk.nii.gz': 'result/lesion_msk.nii.gz',
      'report.json': 'result/report.json',
      'dwi.nii': 'dwi.nii',
      'adc.nii': 'adc.nii',
    };
    for (const [name, from] of Object.entries(names))
      copyFileSync(inFolder(from), inFolder(`zip/case-7_${name}`));
    const ended = await runAtoll([
      'revise',
      '--of',
      inFolder('zip'),
      '--author',
      'A',
      '--mask',
      inFolder('edited.nii'),
      '--no-report',
      '--json',
    ]);
    expect(ended.stderr).toBe('');
    expect(Report.parse(JSON.parse(ended.stdout)).revision?.number).toBe(1);
  }, 60_000);

  it('refuses another grid, other images and what is no mask, and writes nothing', async () => {
    const [nx, ny, nz] = truth.shape;
    writeFileSync(
      inFolder('cut.nii'),
      writeNiftiMask({ ...truth, shape: [nx, ny, nz - 1], data: truth.data.subarray(0, nx * ny * (nz - 1)) }),
    );
    const codeOf = async (...args: string[]) => {
      const ended = await revise('--no-report', ...args);
      expect(ended.stdout).toBe('');
      return `${ended.code} ${/\[(\w+)\]/.exec(ended.stderr)?.[1]}`;
    };
    expect(await codeOf('--mask', inFolder('cut.nii'))).toBe('1 MASK_GRID_DIFFERS');
    expect(await codeOf('--mask', inFolder('dwi.nii'))).toBe('1 MASK_NOT_BINARY');
    expect(
      await codeOf(
        '--mask',
        inFolder('edited.nii'),
        '--dwi',
        inFolder('adc.nii'),
        '--adc',
        inFolder('dwi.nii'),
      ),
    ).toBe('1 RESULT_INPUTS_DIFFER');
    expect(await codeOf('--mask', inFolder('nowhere.nii'))).toBe('1 FILE_UNREADABLE');
    expect((await revise('--verdict', 'accepted', '--mask', inFolder('edited.nii'))).code).toBe(2);
    expect((await revise('--mask', inFolder('edited.nii'), '--parent', '9')).code).toBe(2);
    expect((await runAtoll(['revise', '--of', inFolder('result'), '--mask', 'x.nii'])).code).toBe(2);
    expect(existsSync(inFolder('result/revision-4'))).toBe(false);
  }, 120_000);
});

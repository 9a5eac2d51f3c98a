import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Report } from '@atoll/contract/report';
import { makePhantom } from '@atoll/phantom/phantom';
import { phantomCases } from '@atoll/phantom/specs';
import { writeNifti } from '@atoll/volume/nifti-write';
import type { Volume } from '@atoll/volume/volume';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAtoll } from './run-atoll.ts';

let folder = '';
const inFolder = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-own-files-'));
  mkdirSync(inFolder('patient'));
  const spec = phantomCases.find(({ id }) => id === 'phantom-large-left')?.spec;
  if (spec === undefined) throw new Error('the phantom of this test is gone');
  const { dwi, adc } = makePhantom(spec);
  // The ADC of this phantom is in 10⁻⁶ mm²/s: b0 = DWI · exp(b · ADC).
  const b0 = { ...dwi, data: dwi.data.map((value, at) => value * Math.exp(1e-3 * adc.data[at])) };
  writeFileSync(inFolder('patient/one.nii.gz'), gzipSync(writeNifti(dwi, 'int16')));
  writeFileSync(inFolder('patient/two.mha'), metaImage(b0));
  writeFileSync(inFolder('dwi.mha'), metaImage(dwi));
  writeFileSync(inFolder('adc.mha'), metaImage(adc));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As ITK writes it: 32-bit floats, the matrix axis by axis, LPS. */
function metaImage({ shape, affine, data }: Volume): Uint8Array {
  const spacing = [0, 1, 2].map((axis) => Math.hypot(...affine.map((row) => row[axis])));
  const lps = [-1, -1, 1];
  const axes = [0, 1, 2].map((axis) =>
    affine.map((row, w) => (lps[w] * row[axis]) / spacing[axis]).join(' '),
  );
  const header = [
    'ObjectType = Image',
    'NDims = 3',
    `TransformMatrix = ${axes.join(' ')}`,
    `Offset = ${affine.map((row, w) => lps[w] * row[3]).join(' ')}`,
    `ElementSpacing = ${spacing.join(' ')}`,
    `DimSize = ${shape.join(' ')}`,
    'ElementType = MET_FLOAT',
    'ElementDataFile = LOCAL',
    '',
  ];
  return Buffer.concat([Buffer.from(header.join('\n')), Buffer.from(new Uint8Array(data.buffer))]);
}

describe('atoll segment --in', () => {
  it('finds the infarct in files that nothing names, once the b-value is said', async () => {
    const args = ['segment', '--in', inFolder('patient'), '--out', inFolder('out'), '--json'];
    const asked = await runAtoll(args);
    expect([asked.code, asked.stdout]).toEqual([1, '']);
    expect(asked.stderr).toContain('[INTAKE_B_VALUE_NEEDED]');
    expect(asked.stderr).toContain('--b-value');
    const told = await runAtoll([...args, '--b-value', '1000']);
    expect(told.code).toBe(0);
    expect(told.stderr).toMatch(/DWI +i1: .*CSF/);
    expect(told.stderr).toMatch(/ADC +computed from b0 and DWI, b = 1000/);
    const report = Report.parse(JSON.parse(told.stdout));
    expect(report.lesions[0].side).toBe('left');
    expect(report.provenance.derivation?.join(' ')).toContain('ln(b0/DWI)/b');
    expect(readdirSync(inFolder('out')).sort()).toEqual([
      'inputs.json',
      'lesion_msk.nii.gz',
      'report.html',
      'report.json',
      'report.pdf',
    ]);
    expect(readFileSync(inFolder('out/report.json'), 'utf8')).not.toContain('patient/');
  });

  it('says with --dry-run --json what it found and passed over, and nothing else on stdout', async () => {
    const { code, stdout } = await runAtoll(['segment', '--in', inFolder('patient'), '--dry-run', '--json']);
    expect(code).toBe(0);
    const found: unknown = JSON.parse(stdout);
    expect(found).toMatchObject({
      images: [{ id: 'i1' }, { id: 'i2' }],
      passedOver: [],
      subjects: [],
      choice: { dwi: { candidateId: 'i1' } },
    });
  });

  it('lists several subjects and ends with 2 until one is chosen, and prints no escape codes', async () => {
    const mixed = inFolder('mixed');
    mkdirSync(mixed);
    const [one, two] = ['patient/one.nii.gz', 'patient/two.mha'].map((name) => readFileSync(inFolder(name)));
    for (const name of ['pat01_dwi_b1000.nii.gz', 'pat02_dwi_b1000.nii.gz'])
      writeFileSync(join(mixed, name), one);
    for (const name of ['pat01_b0.mha', 'pat02_b0.mha']) writeFileSync(join(mixed, name), two);
    writeFileSync(join(mixed, 'note\u001b[31m.txt'), 'words');
    const asked = await runAtoll(['segment', '--in', mixed, '--dry-run']);
    expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining('--subject "pat02"')]);
    expect(asked.stderr).not.toContain('\u001b');
    const told = await runAtoll(['segment', '--in', mixed, '--dry-run', '--json', '--subject', 'pat02']);
    expect(told.code).toBe(0);
    expect(told.stdout).toContain('pat02_dwi_b1000');
    expect(
      (await runAtoll(['segment', '--in', mixed, '--subject', 'nobody', '--out', inFolder('o')])).code,
    ).toBe(2);
  });

  it('says with --dry-run what it would use, and takes corrections', async () => {
    const ask = (...more: string[]) =>
      runAtoll(['segment', '--in', inFolder('patient'), '--dry-run', ...more]);
    const corrected = await ask('--use', 'b0=i2', '--use', 'reference=none', '--b-value', '1000');
    expect(corrected.code).toBe(0);
    expect(corrected.stdout).toBe('');
    expect(corrected.stderr).toMatch(/b0 +i2/);
    expect(corrected.stderr).toMatch(/ADC +computed from b0 and DWI, b = 1000/);
    const volume = await ask('--use', 'dwi=i1:7');
    expect([volume.code, volume.stderr]).toEqual([2, expect.stringContaining('i1 has no volume 7')]);
    const wrong = await ask('--use', 'dwi=i9');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('there is no image i9')]);
  });

  it('looks at what was chosen by hand as closely as at what it chose itself', async () => {
    const pair = inFolder('pair');
    mkdirSync(pair);
    for (const [name, from] of [
      ['x.mha', 'adc.mha'],
      ['y.mha', 'dwi.mha'],
    ])
      writeFileSync(join(pair, name), readFileSync(inFolder(from)));
    const ask = (...uses: string[]) =>
      runAtoll(['segment', '--in', pair, '--dry-run', ...uses.flatMap((use) => ['--use', use])]);
    expect((await ask('dwi=i2', 'adc=i1')).code).toBe(0);
    const exchanged = await ask('dwi=i1', 'adc=i2');
    expect([exchanged.code, exchanged.stderr]).toEqual([
      1,
      expect.stringContaining('DWI and ADC are swapped'),
    ]);
  });

  it('says what is wrong with files that make no case', async () => {
    mkdirSync(inFolder('words'));
    writeFileSync(inFolder('words/a.nii'), 'words');
    writeFileSync(inFolder('words/b'), 'more words');
    const none = await runAtoll(['segment', '--in', inFolder('words'), '--out', inFolder('none')]);
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('[INTAKE_NOTHING_FOUND]')]);
    const half = await runAtoll(['segment', '--in', inFolder('dwi.mha'), '--out', inFolder('none')]);
    expect([half.code, half.stderr]).toEqual([1, expect.stringContaining('[INTAKE_NO_CASE]')]);
    expect(half.stderr).toContain('b0');
  });
});

it('atoll cases add takes one of several subjects, and says which there are', async () => {
  const two = inFolder('two-subjects');
  mkdirSync(two);
  for (const subject of ['pat01', 'pat02']) {
    for (const image of ['dwi', 'adc'])
      copyFileSync(inFolder(`${image}.mha`), join(two, `${subject}_${image}.mha`));
  }
  const env = { ATOLL_DATA_DIR: inFolder('data') };
  const add = (...more: string[]) => runAtoll(['cases', 'add', '--in', two, ...more], { env });
  const asked = await add();
  expect([asked.code, asked.stderr]).toEqual([1, expect.stringContaining('pat01, pat02')]);
  const unknown = await add('--subject', 'pat03');
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('there is no subject "pat03"')]);
  const added = await add('--subject', 'pat02');
  expect([added.code, added.stdout]).toEqual([0, expect.stringMatching(/^u-[0-9a-f]{32}\n/)]);
});

it('atoll cases add follows links inside its folder, and names those that lead out of it', async () => {
  const linked = inFolder('linked');
  mkdirSync(join(linked, 'store'), { recursive: true });
  copyFileSync(inFolder('dwi.mha'), join(linked, 'store/a'));
  copyFileSync(inFolder('adc.mha'), join(linked, 'store/b'));
  const into = inFolder('linked-in');
  mkdirSync(join(into, '.git/annex/objects'), { recursive: true });
  renameSync(join(linked, 'store/a'), join(into, '.git/annex/objects/a'));
  symlinkSync('.git/annex/objects/a', join(into, 'dwi.mha'));
  symlinkSync(join(linked, 'store/b'), join(into, 'adc.mha'));
  const env = { ATOLL_DATA_DIR: inFolder('data') };
  const refused = await runAtoll(['cases', 'add', '--in', into], { env });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('adc.mha: It is a link that leads out of the folder');
  rmSync(join(into, 'adc.mha'));
  renameSync(join(linked, 'store/b'), join(into, '.git/annex/objects/b'));
  symlinkSync('.git/annex/objects/b', join(into, 'adc.mha'));
  expect((await runAtoll(['cases', 'add', '--in', into], { env })).code).toBe(0);
});

it('atoll segment takes MetaImage for DWI and ADC', async () => {
  const images = ['--dwi', inFolder('dwi.mha'), '--adc', inFolder('adc.mha')];
  const { code, stdout } = await runAtoll(['segment', ...images, '--out', inFolder('mha'), '--json']);
  expect(code).toBe(0);
  expect(Report.parse(JSON.parse(stdout)).lesions[0].side).toBe('left');
});

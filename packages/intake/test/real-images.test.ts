import { readFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { filesOfFolder } from '@atoll/intake/folder-files';
import { fileOfBytes } from '@atoll/intake/input-file';
import { scaling } from '@atoll/volume/affine';
import { placedNifti } from '@atoll/volume/nifti-placed';
import { readNifti } from '@atoll/volume/nifti-read';
import { writeNifti } from '@atoll/volume/nifti-write';
import { resampleLinear } from '@atoll/volume/resample';
import { describe, expect, it, vi } from 'vitest';
import { zipOf } from './bring.ts';
import { drawnElsewhere, nifti4d } from './head.ts';
import {
  examined,
  examinedFolder,
  inFolder,
  intakeFolder,
  realIntake,
  withoutIntake,
} from './real-intake.ts';

vi.setConfig({ testTimeout: 200_000 });

const files = (all: Readonly<Record<string, Uint8Array | string>>) =>
  Object.entries(all).map(([path, content]) =>
    fileOfBytes(path, typeof content === 'string' ? new TextEncoder().encode(content) : content),
  );
/** The patient's DWI and ADC, as they should be. */
const dwiFile = () => realIntake('own_mask_as_reference/dwi.nii.gz');
const adcFile = () => realIntake('own_mask_as_reference/adc.nii.gz');
const plain = async (file: Promise<Uint8Array>) => new Uint8Array(gunzipSync(await file));

/** The voxels in reverse order along the first index. */
async function mirrored(file: Promise<Uint8Array>): Promise<Uint8Array> {
  const { shape, affine, data } = await readNifti(await file);
  const [nx] = shape;
  const out = data.map((_, at) => data[at - (at % nx) + nx - 1 - (at % nx)]);
  return writeNifti({ shape, affine, data: out }, 'float32');
}

describe.skipIf(withoutIntake)('images of several subjects', () => {
  it('are listed, and none is taken until one is chosen', async () => {
    const { proposal, blocking } = await examinedFolder('two_subjects_mixed');
    expect(proposal.subjects.map(({ label }) => label)).toEqual(['sub-01', 'sub-02']);
    expect(blocking).toContain('sub-01, sub-02');
  });

  it('are told by names without BIDS, by sessions and by folders too', async () => {
    const [dwi, adc] = await Promise.all([dwiFile(), adcFile()]);
    const labels = async (names: readonly string[]) => {
      const all = Object.fromEntries(names.map((name) => [name, /adc/.test(name) ? adc : dwi]));
      return (await examined(files(all))).proposal.subjects.map(({ label }) => label);
    };
    expect(await labels(['pat01_dwi.nii.gz', 'pat01_adc.nii.gz', 'pat02_dwi.nii.gz'])).toEqual([
      'pat01',
      'pat02',
    ]);
    expect(
      await labels(['sub-1/ses-1/sub-1_ses-1_dwi.nii.gz', 'sub-1/ses-2/sub-1_ses-2_dwi.nii.gz']),
    ).toEqual(['sub-1_ses-1', 'sub-1_ses-2']);
    expect(await labels(['anna/dwi.nii.gz', 'anna/adc.nii.gz', 'ben/dwi.nii.gz'])).toEqual(['anna', 'ben']);
    expect(await labels(['DWI/a.nii.gz', 'ADC/adc.nii.gz'])).toEqual([]);
  });

  it('are refused where an ADC map is of another head, whatever names say', async () => {
    const { blocking } = await examined(
      files({ 'dwi.nii.gz': await dwiFile(), 'adc.nii.gz': await realIntake('../heads/phi_eli_adc.nii.gz') }),
    );
    expect(blocking).toContain('does not match the DWI anywhere');
  });
});

describe.skipIf(withoutIntake)('an image that contradicts itself', () => {
  it('whose sform is the identity lies where its qform says', async () => {
    const { dwi, serious } = await examinedFolder('sform_identity_qform_right');
    expect(dwi?.grid.affine[0][0]).toBeCloseTo(-2.377, 2);
    expect(serious).toContain('the sform is the identity matrix');
    const written = await dwi?.open();
    expect((await readNifti(written?.nifti ?? new Uint8Array())).affine[0][0]).toBeCloseTo(-2.377, 2);
  });

  it('whose ADC lies elsewhere by its sform lies where the other form fits the DWI', async () => {
    const { dwi, adc, serious } = await examinedFolder('adc_sform_elsewhere');
    expect(adc?.grid.affine[0][3]).toBeCloseTo(dwi?.grid.affine[0][3] ?? 0, 1);
    expect(serious).toContain('DWI and ADC match only with the less usual one');
    expect(serious).not.toContain('The sform was used');
  });

  it('whose ADC lies elsewhere by all it says is moved to where it fits', async () => {
    const adc = await plain(adcFile());
    const { affine } = await readNifti(adc);
    const [x, y, z] = affine;
    const shifted = placedNifti(adc, [[x[0], x[1], x[2], x[3] + 30], y, z]);
    const found = await examined(files({ 'dwi.nii.gz': await dwiFile(), 'adc.nii': shifted }));
    expect(found.adc?.grid.affine[0][3]).toBeCloseTo(x[3], 0);
    expect(found.serious).toContain('displaced by 30 mm from the DWI');
  });

  it('whose DWI says nothing takes the place of the ADC map that it fits', async () => {
    const { dwi, adc, serious, said } = await examinedFolder('dwi_without_codes');
    expect(dwi?.grid.affine).toEqual(adc?.grid.affine);
    expect(serious).toContain('neither sform nor qform is set');
    expect(said).not.toContain('left and right may be swapped');
  });

  it('whose ADC is mirrored is refused, for nothing says which of the two is', async () => {
    const { blocking } = await examined(
      files({ 'dwi.nii.gz': await dwiFile(), 'adc.nii': await mirrored(adcFile()) }),
    );
    expect(blocking).toContain('mirrored (left-right)');
  });

  it('with an identity for sform and no qform has no known side', async () => {
    const bytes = placedNifti(await plain(dwiFile()), scaling([1, 1, 1]));
    const view = new DataView(bytes.buffer);
    view.setInt16(252, 0, true);
    for (const [axis, mm] of [2.4, 2.4, 4].entries()) view.setFloat32(80 + 4 * axis, mm, true);
    const { candidates } = await examined(files({ 'dwi.nii': bytes }));
    expect([candidates[0].sideKnown, candidates[0].cautions[0].message]).toEqual([
      false,
      expect.stringContaining('was never set'),
    ]);
  });
});

describe.skipIf(withoutIntake)('DWI and ADC', () => {
  it('exchanged by name are told by content', async () => {
    const { dwi, adc, serious } = await examinedFolder('adc_dwi_names_swapped');
    expect([dwi?.name, adc?.name]).toEqual(['adc', 'dwi']);
    expect(serious).toContain('names of DWI and ADC are swapped');
  });

  it('are told by BIDS entities and sidecars before suffixes', async () => {
    const { dwi, adc } = await examinedFolder('soop_names');
    expect([dwi?.name, adc?.name].map((name) => name?.split('/').at(-1))).toEqual([
      'sub-1_rec-TRACE_dwi',
      'sub-1_rec-ADC_dwi',
    ]);
    const bare = await examined(
      files({ 'sub-7_acq-ADC_dwi.nii.gz': await adcFile(), 'sub-7_acq-trace_dwi.nii.gz': await dwiFile() }),
    );
    expect(bare.adc?.name).toBe('sub-7_acq-ADC_dwi');
  });

  it('are known by the words of eight languages', async () => {
    const [dwi, adc] = await Promise.all([dwiFile(), adcFile()]);
    for (const [one, other] of [
      ['Difusión b1000', 'Coeficiente de difusión aparente'],
      ['DIFFUSION_B1000', 'CDA'],
      ['Diffusionsbild b1000', 'ADK'],
      ['Difusão', 'mapa CDA'],
      ['Diffusione', 'coefficiente di diffusione apparente'],
      ['difüzyon', 'Görünür difüzyon katsayısı'],
      ['弥散加权成像b1000', '表观扩散系数图'],
      ['拡散強調画像', 'みかけの拡散係数マップ'],
    ]) {
      const found = await examined(files({ [`${one}.nii.gz`]: dwi, [`${other}.nii.gz`]: adc }));
      expect([found.dwi?.name, found.adc?.name]).toEqual([one, other]);
    }
    const found = await examinedFolder('names_spanish');
    expect([found.dwi?.name, found.adc?.name]).toEqual(['DIFUSION_B1000', 'CDA']);
  });

  it('and b0 in one file are told apart in any order, and give the b-value', async () => {
    const { choice } = await examinedFolder('adc_last_of_4d');
    expect(choice).toMatchObject({ dwi: { volumes: [1] }, adc: { volumes: [2] } });
    const file = await realIntake('adc_last_of_4d/dwi.nii.gz');
    const volumes = await Promise.all([2, 0, 1].map((volumeIndex) => readNifti(file, { volumeIndex })));
    const turned = await examined(files({ 'x.nii': nifti4d(volumes) }));
    expect(turned.choice).toMatchObject({ dwi: { volumes: [2] }, adc: { volumes: [0] } });
    expect(turned.proposal.findings[0].reason).toContain('b ≈ 1000');
  });

  it('are refused with a mirrored b0, and doubted with that of another head, when the ADC is to be computed', async () => {
    const folder = `${intakeFolder}/../heads`;
    const head = async (name: string) => new Uint8Array(await readFile(`${folder}/${name}.nii.gz`));
    const problemsOf = async (b0: Uint8Array) => {
      const dwi = await head('sie_hfs_dwi');
      const { proposal } = await examined(
        files({ 'x_dwi_b1000.nii.gz': dwi, 'x_b0.nii.gz': b0, 'x_dwi_b1000.bval': '1000' }),
      );
      return proposal.problems.filter(({ message }) => message.includes('b0'));
    };
    expect(await problemsOf(await head('sie_hfs_b0'))).toEqual([]);
    const [mirror] = await problemsOf(await mirrored(head('sie_hfs_b0')));
    expect(mirror).toMatchObject({ blocking: true });
    expect(mirror.message).toContain('mirrored (left-right)');
    const { shape, affine } = await readNifti(await head('sie_hfs_b0'));
    const other = resampleLinear(await readNifti(await head('uih_b0')), { shape, affine });
    const [foreign] = await problemsOf(writeNifti(other, 'float32'));
    expect(foreign).toMatchObject({ blocking: false, serious: true });
    expect(foreign.message).toMatch(/In \d+ % of the head the DWI is brighter than the b0/);
  });

  it('that do not agree with the b0 are told by how much', async () => {
    const file = await realIntake('adc_last_of_4d/dwi.nii.gz');
    const [b0, dwi, adc] = await Promise.all(
      [0, 1, 2].map((volumeIndex) => readNifti(file, { volumeIndex })),
    );
    const higher = { ...adc, data: adc.data.map((value) => 1.5 * value) };
    const series = { 'dti.nii': nifti4d([b0, dwi]), 'dti.bval': '0 1000' };
    const wrong = await examined(files({ ...series, 'adc.nii': writeNifti(higher, 'float32') }));
    expect(wrong.serious).toMatch(/The ADC map is (4|5)\d % higher/);
    const right = await examined(files({ ...series, 'adc.nii': writeNifti(adc, 'float32') }));
    expect(right.serious).toBe('');
  });
});

describe.skipIf(withoutIntake)('b-values and directions beside an image', () => {
  it('are found by BIDS’ inheritance, by FSL’s names, and a wrong number is named', async () => {
    expect((await examinedFolder('bids_bval_inherited')).bValue).toBe(1000);
    expect((await examinedFolder('fsl_bvals')).bValue).toBe(1000);
    const { said, bValue } = await examinedFolder('bval_count');
    expect([said.includes('has 3 values, and the image has 2 volumes'), bValue]).toEqual([true, null]);
    const image = await realIntake('fsl_bvals/data.nii.gz');
    const nearest = await examined(
      files({
        'dwi.bval': '0 700',
        'sub-1/acq-x_dwi.bval': '0 1200',
        'sub-1/dwi/sub-1_acq-x_dwi.nii.gz': image,
        'sub-1/acq-y_dwi.bval': '0 2000',
      }),
    );
    expect(nearest.bValue).toBe(1200);
  });

  it('say that directions lie in a plane, or are one', async () => {
    const file = await realIntake('fsl_bvals/data.nii.gz');
    const [b0, dwi] = await Promise.all([0, 1].map((volumeIndex) => readNifti(file, { volumeIndex })));
    const four = nifti4d([b0, dwi, dwi, dwi]);
    const said = async (bvec: string) =>
      (await examined(files({ 'dti.nii': four, 'dti.bval': '0 1000 1000 1000', 'dti.bvec': bvec }))).serious;
    expect(await said('0 1 0 .7071\n0 0 1 .7071\n0 0 0 0\n')).toContain('do not cover all orientations');
    expect(await said('0 1 -1 1\n0 0 0 0\n0 0 0 0\n')).toContain('single gradient direction');
    expect(await said('0 1 0 0\n0 0 1 0\n0 0 0 1\n')).toBe('');
  });
});

describe.skipIf(withoutIntake)('a reference', () => {
  it('is never Atoll’s own mask, also under another name', async () => {
    const found = await examinedFolder('own_mask_as_reference');
    expect(found.choice?.reference).toBeNull();
    expect(found.proposal.unused.map(({ reason }) => reason).join()).toContain(
      'Atoll wrote this mask itself',
    );
    const own = await realIntake('own_mask_as_reference/result/lesion_msk.nii.gz');
    const renamed = await examined(
      files({ 'dwi.nii.gz': await dwiFile(), 'adc.nii.gz': await adcFile(), 'expert_lesion.nii.gz': own }),
    );
    expect(renamed.choice?.reference).toBeNull();
  });

  it('is neither the brain’s mask nor one on another grid where there is one on the DWI’s', async () => {
    const mask = await readNifti(await realIntake('own_mask_as_reference/result/lesion_msk.nii.gz'));
    const dwi = await readNifti(await dwiFile());
    const all = { ...dwi, data: dwi.data.map((value) => (value > 20 ? 1 : 0)) };
    const expert = drawnElsewhere(writeNifti(mask, 'uint8'));
    const elsewhere = drawnElsewhere(
      writeNifti({ ...mask, affine: scaling([2, 2, 4], [-90, -110, -60]) }, 'uint8'),
    );
    const found = await examined(
      files({
        'dwi.nii.gz': await dwiFile(),
        'adc.nii.gz': await adcFile(),
        'a_lesion.nii': elsewhere,
        'b_lesion.nii': expert,
        'c_mask.nii': drawnElsewhere(writeNifti(all, 'uint8')),
        'brain_mask.nii': expert,
      }),
    );
    const name = found.candidates.find(({ id }) => id === found.choice?.reference?.candidateId)?.name;
    expect(name).toBe('b_lesion');
    const reasons = found.proposal.unused.map(({ reason }) => reason).join('\n');
    expect(reasons).toContain('covers most of the head');
    expect(reasons).toContain('is named after a part of the head');
  });
});

describe.skipIf(withoutIntake)('a ZIP', () => {
  it('with a colour image, a damaged entry and notes gives what else is in it', async () => {
    const { dwi, adc, passedOver } = await examinedFolder('zip_rgb_nifti');
    expect([dwi, adc].every((each) => each !== null)).toBe(true);
    expect(passedOver).toContain('colours (RGB)');
    const zip = Uint8Array.from(
      await zipOf({
        'bad.nii': 'damaged '.repeat(200),
        'dwi.nii.gz': await dwiFile(),
        'adc.nii.gz': await adcFile(),
      }),
    );
    zip.fill(0x55, 40, 60);
    const found = await examined(files({ 'up.zip': zip }));
    expect([found.dwi?.name, found.adc?.name]).toEqual(['up.zip/dwi', 'up.zip/adc']);
    expect(found.passedOver).toContain('up.zip/bad.nii');
  });

  it('that is an Office document or another archive is named as that', async () => {
    const sheet = await zipOf({ '[Content_Types].xml': '<Types/>', 'xl/workbook.xml': '<x/>' });
    await expect(examined(files({ 'table.xlsx': sheet }))).rejects.toThrow('Office document');
    const { passedOver } = await examined(files({ 'a.nii.bz2': 'BZh91AY&SY', 'b.nii.gz': await dwiFile() }));
    expect(passedOver).toContain('bzip2');
  });
});

describe.skipIf(withoutIntake)('names', () => {
  it('reach no terminal with their escape codes', async () => {
    const { candidates } = await examined(await filesOfFolder(`${intakeFolder}/name_with_escape`));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(candidates.map(({ name }) => /[\u0000-\u001f]/.test(name))).toEqual([false, false]);
  });

  it('of links are said where they lead nowhere', async () => {
    const found = await inFolder({ 'adc.nii.gz': gzipSync('x') }, async (folder) => {
      const { symlink } = await import('node:fs/promises');
      await symlink('../.git/annex/objects/x.nii.gz', `${folder}/dwi.nii.gz`);
      return examined(await filesOfFolder(folder));
    });
    expect(found.passedOver).toContain('datalad get');
  });
});

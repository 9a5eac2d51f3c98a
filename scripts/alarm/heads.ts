import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { makePhantom } from '@atoll/phantom/phantom';
import { phantomCases } from '@atoll/phantom/specs';
import { voxelVolumeMl } from '@atoll/volume/affine';
import { readNifti, readNiftiMask } from '@atoll/volume/nifti-read';
import { resampleLinear } from '@atoll/volume/resample';
import type { Mask, Volume } from '@atoll/volume/volume';

/** A head with DWI and ADC on one grid. */
export type Head = {
  readonly name: string;
  /** s/mm² */
  readonly b: number;
  readonly dwi: Volume;
  readonly adc: Volume;
  readonly truth: Mask | null;
};

export const dataFolder =
  process.env.ATOLL_TEST_DATA ?? path.resolve(import.meta.dirname, '../../../shared/data');

/** b in s/mm² of the highest shell, as ../shared/data/heads/README.md has it. */
const volunteers = {
  sie_hfs: 1000,
  sie_sag: 2000,
  phi_bang: 1000,
  phi_eli: 1000,
  tos: 1500,
  canon: 1500,
  uih: 930,
  xa30: 2500,
};

const fromBothVolumes = {
  engine_face_false_positive: 1000,
  engine_oblique_fp_toshiba: 1500,
  engine_sagittal_cerebellum_fp: 2000,
};

/** Volunteers presumed healthy, and the phantom without an infarct. */
export async function headsWithoutLesion(): Promise<Head[]> {
  return [...(await volunteersPresumedHealthy()), ...phantoms().filter(({ trueMl }) => trueMl === 0)];
}

/** None where the data are not there. */
export async function volunteersPresumedHealthy(): Promise<Head[]> {
  const heads: Head[] = [];
  const volunteer = path.join(dataFolder, 'philips-volunteer');
  if (existsSync(volunteer)) {
    heads.push(
      await headOf(
        'philips-volunteer',
        1000,
        path.join(volunteer, 'trace_b1000'),
        path.join(volunteer, 'adc'),
      ),
    );
  }
  for (const [name, b] of Object.entries(volunteers)) {
    const stem = path.join(dataFolder, 'heads', name);
    if (existsSync(`${stem}_dwi.nii.gz`)) heads.push(await headOf(name, b, `${stem}_dwi`, `${stem}_adc`));
  }
  for (const [name, b] of Object.entries(fromBothVolumes)) {
    const file = path.join(dataFolder, 'intake', name, 'dwi.nii.gz');
    if (!existsSync(file)) continue;
    const bytes = await readFile(file);
    const [b0, dwi] = [
      await readNifti(bytes, { volumeIndex: 0 }),
      await readNifti(bytes, { volumeIndex: 1 }),
    ];
    const adc = dwi.data.map((value, at) => {
      const ratio = b0.data[at] / value;
      return value > 0 && ratio > 0 ? (Math.log(ratio) / b) * 1e6 : 0;
    });
    heads.push({ name, b, dwi, adc: { ...dwi, data: adc }, truth: null });
  }
  return heads;
}

export type Patient = Head & { readonly trueMl: number };

/** Patients with an expert's mask, and the phantoms that have an infarct. */
export async function patients(): Promise<Patient[]> {
  return [...(await realPatients()), ...phantoms().filter(({ trueMl }) => trueMl > 0)];
}

/** None where the data are not there. */
export async function realPatients(): Promise<Patient[]> {
  const found: Patient[] = [];
  const openAds = path.join(dataFolder, 'openads');
  if (existsSync(openAds)) {
    const truth = await readNiftiMask(await readFile(path.join(openAds, 'stroke.nii.gz')));
    found.push(
      known(await headOf('openads', 1000, path.join(openAds, 'DWI'), path.join(openAds, 'ADC')), truth),
    );
  }
  const isles = path.join(dataFolder, 'isles22-sub-strokecase0001');
  if (existsSync(isles)) {
    const stem = path.join(isles, 'sub-strokecase0001_ses-0001');
    const head = await headOf('ISLES’22 0001 (emboli), expert', 1000, `${stem}_dwi`, `${stem}_adc`);
    found.push(known(head, await readNiftiMask(await readFile(`${stem}_msk.nii.gz`))));
    const byModel = await readNiftiMask(await readFile(path.join(isles, 'deepisles_lesion_msk.nii.gz')));
    found.push(known({ ...head, name: 'ISLES’22 0001, DeepISLES' }, byModel));
  }
  return found;
}

function phantoms(): Patient[] {
  return phantomCases.map(({ id, spec }) => {
    const { dwi, adc, truth } = makePhantom(spec);
    return known({ name: id, b: 1000, dwi, adc, truth: null }, truth);
  });
}

function known(head: Head, mask: Mask): Patient {
  const truth = { shape: head.dwi.shape, affine: head.dwi.affine, data: mask.data };
  const voxels = mask.data.reduce((sum, value) => sum + value, 0);
  return { ...head, truth, trueMl: voxels * voxelVolumeMl(mask.affine) };
}

async function headOf(name: string, b: number, dwiStem: string, adcStem: string): Promise<Head> {
  const dwi = await readNifti(await readFile(`${dwiStem}.nii.gz`));
  const adc = resampleLinear(await readNifti(await readFile(`${adcStem}.nii.gz`)), dwi, Number.NaN);
  return { name, b, dwi, adc, truth: null };
}

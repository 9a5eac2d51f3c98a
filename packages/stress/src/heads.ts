import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { makePhantom, type PhantomSpec } from '@atoll/phantom/phantom';
import { phantomCases } from '@atoll/phantom/specs';
import { spacingMm } from '@atoll/volume/affine';
import { dilate } from '@atoll/volume/morphology';
import { readNifti, readNiftiMask } from '@atoll/volume/nifti-read';
import type { Mask, Volume } from '@atoll/volume/volume';
import type { Anatomy, Images } from './anatomy.ts';
import { headFrame } from './frame.ts';
import { outlineBrain } from './outline.ts';

/** Where the real heads lie; the phantoms need nothing. */
const dataFolder =
  process.env.ATOLL_TEST_DATA ?? path.resolve(import.meta.dirname, '../../../../shared/data');

type Head = {
  readonly id: string;
  readonly family: string;
  readonly title: string;
  readonly healthy: boolean;
  /** The file or folder without which the head is not there; null for a phantom. */
  readonly needs: string | null;
  /** The same scan as another head: a negative of its own, for its ADC was made another way, but no new anatomy. */
  readonly twin: boolean;
  readonly load: () => Promise<Loaded>;
};
type Loaded = {
  readonly images: Images;
  readonly adcUnit: number;
  readonly stripped: boolean;
  readonly known: Mask | null;
  /** The brain, where it is known: in a phantom. */
  readonly brain?: Uint8Array;
};

const volunteers = [
  ['sie_hfs', 'hfs', 'Siemens Prisma', 1000],
  ['sie_sag', 'sag', 'Siemens Prisma, sagittal', 2000],
  ['phi_bang', 'bang', 'Philips Achieva, face in view', 1000],
  ['phi_eli', 'eli', 'Philips Elition X', 1000],
  ['tos', 'galan', 'Toshiba Galan', 1500],
  ['canon', 'galan', 'Canon Galan', 1500],
  ['uih', 'uih', 'United Imaging uMR 770', 929.75],
  ['xa30', 'xa30', 'Siemens Vida, XA30', 2500],
] as const;

const singles = [
  ['engine_face_false_positive', 'bang', 'Philips Achieva, as in intake', true],
  ['engine_oblique_fp_toshiba', 'galan', 'Toshiba Galan, triple oblique', false],
  ['engine_sagittal_cerebellum_fp', 'sag', 'Siemens Prisma, sagittal, as in intake', false],
] as const;

/** Every head that the suite knows, whether its files are there or not. */
export const heads: readonly Head[] = [
  ...volunteers.map(
    ([id, family, title, bValue]): Head => ({
      id,
      family,
      title,
      healthy: true,
      needs: `heads/${id}_dwi.nii.gz`,
      twin: false,
      load: async () => {
        const [b0, dwi, adc] = await Promise.all(
          ['b0', 'dwi', 'adc'].map((role) => image(`heads/${id}_${role}.nii.gz`)),
        );
        return {
          images: { b0, dwi, adc: scaled(adc, 1000), bValue },
          adcUnit: 1000,
          stripped: false,
          known: null,
        };
      },
    }),
  ),
  {
    id: 'volunteer',
    family: 'volunteer',
    title: 'Philips 3 T, cut off below',
    healthy: true,
    needs: 'philips-volunteer',
    twin: false,
    load: async () => {
      const [b0, dwi, adc] = await Promise.all(
        ['b0', 'trace_b1000', 'adc'].map((role) => image(`philips-volunteer/${role}.nii.gz`)),
      );
      return {
        images: { b0, dwi, adc: scaled(adc, 1000), bValue: 1000 },
        adcUnit: 1000,
        stripped: false,
        known: null,
      };
    },
  },
  ...singles.map(
    ([id, family, title, twin]): Head => ({
      id,
      family,
      title,
      healthy: true,
      needs: `intake/${id}`,
      twin,
      load: () => unstackedSeries(`intake/${id}`),
    }),
  ),
  {
    id: 'openads',
    family: 'openads',
    title: 'OpenADS patient, 114 mL known',
    healthy: false,
    needs: 'openads',
    twin: false,
    load: async () => {
      const [b0, dwi, adc] = await Promise.all(
        ['b0', 'DWI', 'ADC'].map((role) => image(`openads/${role}.nii.gz`)),
      );
      return {
        images: { b0, dwi, adc: scaled(adc, 1e6), bValue: 1000 },
        adcUnit: 1e6,
        stripped: false,
        known: await mask('openads/stroke.nii.gz'),
      };
    },
  },
  {
    id: 'isles0001',
    family: 'isles0001',
    title: 'ISLES’22 0001, 6.7 mL known',
    healthy: false,
    needs: 'isles22-sub-strokecase0001',
    twin: false,
    load: async () => {
      const file = (role: string) => `isles22-sub-strokecase0001/sub-strokecase0001_ses-0001_${role}.nii.gz`;
      const [dwi, stored] = await Promise.all([image(file('dwi')), image(file('adc'))]);
      const adc = scaled(stored, 1000);
      // Its b0 was not published; DWI and ADC give it back.
      const data = dwi.data.map((value, at) => Math.max(0, value) * Math.exp(adc.data[at] / 1000));
      return {
        images: { dwi, adc, b0: { ...dwi, data }, bValue: 1000 },
        adcUnit: 1000,
        stripped: true,
        known: await mask(file('msk')),
      };
    },
  },
  ...phantomCases
    .filter(({ id }) => ['phantom-large-left', 'phantom-oblique-right', 'phantom-thick-slices'].includes(id))
    .map(({ id, spec }) => phantomHead(id, spec)),
];

export function isThere({ needs }: Head): boolean {
  return needs === null || existsSync(path.join(dataFolder, needs));
}

const loaded = new Map<string, Promise<Anatomy>>();

/** A head ready for pasting, kept for the next time. @throws what reading its files throws */
export function anatomy(id: string): Promise<Anatomy> {
  const before = loaded.get(id);
  if (before !== undefined) return before;
  const head = heads.find((each) => each.id === id);
  if (head === undefined)
    throw new Error(`There is no head "${id}"; there are ${heads.map((h) => h.id).join(', ')}.`);
  const promise = prepare(head);
  loaded.set(id, promise);
  return promise;
}

/** All heads whose files are there, twins left out. */
export function anatomies(): Promise<Anatomy[]> {
  return Promise.all(heads.filter((head) => isThere(head) && !head.twin).map(({ id }) => anatomy(id)));
}

async function prepare({ id, family, title, healthy, load }: Head): Promise<Anatomy> {
  const { images, adcUnit, stripped, known, brain: given } = await load();
  const { brain, tissue } = outlineBrain(images, given ?? (stripped ? 'stripped' : 'whole head'));
  if (known !== null) {
    const around = dilate(known.data, known.shape, spacingMm(known.affine), 12);
    for (let at = 0; at < around.length; at++) if (around[at] !== 0) tissue.data[at] = 0;
  }
  const frame = headFrame(brain, images);
  return { id, family, title, healthy, ...images, adcUnit, stripped, brain, tissue, known, frame };
}

/** A phantom without its lesions as a head for pasting; its brain is known. Takes some seconds. */
export function phantomAnatomy(id: string, spec: PhantomSpec): Promise<Anatomy> {
  return prepare(phantomHead(id, spec));
}

function phantomHead(id: string, spec: PhantomSpec): Head {
  return {
    id,
    family: id,
    title: 'Phantom',
    healthy: true,
    needs: null,
    twin: false,
    load: () => Promise.resolve(phantom(spec)),
  };
}

function phantom(spec: PhantomSpec): Loaded {
  const healthy = { ...spec, lesions: [], adcUnit: '1e-6 mm2/s' } as const;
  const { dwi, adc, b0 } = makePhantom(healthy);
  const brain = makePhantom({ ...healthy, stripped: true }).b0.data;
  return {
    images: { dwi, adc, b0, bValue: 1000 },
    adcUnit: 1,
    stripped: spec.stripped,
    known: null,
    brain: Uint8Array.from(brain, (value) => (value > 0 ? 1 : 0)),
  };
}

/** A b0 and one DWI in a 4D file, with FSL's table beside it; ADC = ln(b0 / DWI) / b, 0 where it cannot be. */
async function unstackedSeries(folder: string): Promise<Loaded> {
  const bytes = await readFile(path.join(dataFolder, folder, 'dwi.nii.gz'));
  const table = await readFile(path.join(dataFolder, folder, 'dwi.bval'), 'utf8');
  const bValue = Number(table.trim().split(/\s+/)[1]);
  const b0 = await readNifti(bytes, { volumeIndex: 0 });
  const dwi = await readNifti(bytes, { volumeIndex: 1 });
  const data = dwi.data.map((value, at) =>
    value > 0 && b0.data[at] > 0 ? (Math.log(b0.data[at] / value) / bValue) * 1e6 : 0,
  );
  return { images: { b0, dwi, adc: { ...dwi, data }, bValue }, adcUnit: 1000, stripped: false, known: null };
}

async function image(name: string): Promise<Volume> {
  const { shape, affine, data } = await readNifti(await readFile(path.join(dataFolder, name)));
  return { shape, affine, data };
}

async function mask(name: string): Promise<Mask> {
  return readNiftiMask(await readFile(path.join(dataFolder, name)));
}

function scaled(volume: Volume, factor: number): Volume {
  return { ...volume, data: volume.data.map((value) => value * factor) };
}

import { gzipSync } from 'node:zlib';
import { AtollError } from '@atoll/errors/error';
import { gather } from '@atoll/intake/gather';
import { propose } from '@atoll/intake/propose';
import { scaling } from '@atoll/volume/affine';
import { metaImageAsNifti, parseMetaImageHeader } from '@atoll/volume/metaimage';
import { readNifti } from '@atoll/volume/nifti-read';
import { NiftiSeries } from '@atoll/volume/nifti-series';
import { writeNifti } from '@atoll/volume/nifti-write';
import { zipSync } from 'fflate';
import type { Chance } from './chance.ts';
import { mutate } from './mutation.ts';
import { type Extent, goesOn, type Outcome } from './outcome.ts';

const shape = [9, 8, 5] as const;
const image = (value: (at: number) => number) => ({
  shape,
  affine: scaling([-8, 8, 8], [30, -30, -20]),
  data: new Float32Array(9 * 8 * 5).map((_, at) => value(at)),
});
const dwi = Buffer.from(
  writeNifti(
    image((at) => 100 + (at % 97)),
    'int16',
  ),
);
const adc = Buffer.from(
  writeNifti(
    image((at) => 700 + (at % 31)),
    'float32',
  ),
);
const series = Buffer.concat([dwi, dwi.subarray(352), dwi.subarray(352)]);
series.writeInt16LE(4, 40);
series.writeInt16LE(3, 48);
const meta = Buffer.concat([
  Buffer.from(
    'ObjectType = Image\nNDims = 3\nDimSize = 9 8 5\nElementSpacing = 8 8 8\nTransformMatrix = 1 0 0 0 1 0 0 0 1\n' +
      'Offset = 0 0 0\nElementType = MET_SHORT\nElementDataFile = LOCAL\n',
  ),
  dwi.subarray(352),
]);
const zip = Buffer.from(zipSync({ 'a/dwi.nii': dwi, 'a/adc.nii': adc, 'a/dwi.bval': Buffer.from('1000') }));

const seeds: Readonly<Record<string, Buffer>> = {
  'dwi.nii': dwi,
  'adc.nii': adc,
  'dwi.nii.gz': gzipSync(dwi),
  'series.nii': series,
  'series.nii.gz': gzipSync(series),
  'image.mha': meta,
  'export.zip': zip,
};

/** Gives spoilt files to everything that reads files. Whatever they are, the answer is an image or a catalogued error. */
export async function attackReaders(extent: Extent, chance: Chance): Promise<Outcome> {
  const faults: string[] = [];
  let tries = 0;
  for (; goesOn(extent, tries); tries++) {
    const name = chance.pick(Object.keys(seeds));
    const file = mutate(seeds[name], chance);
    for (const [reader, read] of Object.entries(readers)) {
      const fault = await faultOf(() => read(name, file));
      if (fault !== null) faults.push(`${reader} of ${name}, try ${tries}: ${fault}`);
    }
  }
  return { name: 'spoilt files in the readers', tries, faults };
}

const readers: Readonly<Record<string, (name: string, file: Uint8Array) => Promise<unknown>>> = {
  'one volume': (_name, file) => readNifti(file),
  'all volumes': async (_name, file) => {
    const images = new NiftiSeries(file);
    await images.volume(0);
    await images.checkWhole();
  },
  MetaImage: async (_name, file) => {
    const { header, end } = parseMetaImageHeader(file);
    await metaImageAsNifti(header, file.subarray(end));
  },
  intake: async (name, file) => {
    const brought = [{ path: name, sizeBytes: file.length, read: readOf(file) }];
    const { candidates } = await gather(brought, {
      convert: async () => ({ images: [], warnings: [] }),
      maxFiles: 100,
    });
    if (candidates.length > 0) propose(candidates, {});
  },
};

function readOf(file: Uint8Array) {
  return async (range?: { start: number; end: number }) =>
    range === undefined ? file : file.subarray(range.start, range.end);
}

async function faultOf(work: () => Promise<unknown>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (thrown) {
    if (thrown instanceof AtollError && thrown.code !== 'INTERNAL') return null;
    return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  }
}

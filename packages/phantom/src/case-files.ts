import { gzip } from '@atoll/volume/gzip';
import { writeNifti, writeNiftiMask } from '@atoll/volume/nifti-write';
import { makePhantom, type PhantomSpec } from './phantom.ts';

/** The files of a phantom as .nii.gz. */
export type PhantomFiles = {
  readonly dwi: Uint8Array;
  readonly adc: Uint8Array;
  readonly reference: Uint8Array;
};

export const phantomRoles = ['dwi', 'adc', 'reference'] as const;

/** Makes a phantom and packs it. Takes a second or two of one core: not for the main thread. */
export async function makePhantomFiles(spec: PhantomSpec): Promise<PhantomFiles> {
  const { dwi, adc, truth } = makePhantom(spec);
  const [dwiFile, adcFile, reference] = await Promise.all([
    gzip(writeNifti(dwi, 'int16')),
    gzip(writeNifti(adc, adcType(spec))),
    gzip(writeNiftiMask(truth)),
  ]);
  return { dwi: dwiFile, adc: adcFile, reference };
}

/** Bytes of each file once unpacked. */
export function unpackedBytes(spec: PhantomSpec): Record<(typeof phantomRoles)[number], number> {
  const [nx, ny, nz] = spec.grid.shape;
  const voxels = nx * ny * nz;
  const header = 352;
  const adcBytes = adcType(spec) === 'int16' ? 2 : 4;
  return { dwi: header + 2 * voxels, adc: header + adcBytes * voxels, reference: header + voxels };
}

/** Whole 10⁻⁶ mm²/s fit into 16 bits; other units need fractions. */
function adcType({ adcUnit }: PhantomSpec): 'int16' | 'float32' {
  return adcUnit === '1e-6 mm2/s' ? 'int16' : 'float32';
}

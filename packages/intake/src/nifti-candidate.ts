import { AtollError } from '@atoll/errors/error';
import { gunzip, isGzip } from '@atoll/volume/gzip';
import { anonymousNifti } from '@atoll/volume/nifti-anonymous';
import { parseNiftiHeader } from '@atoll/volume/nifti-header';
import { placedNifti } from '@atoll/volume/nifti-placed';
import { readNifti, readNiftiHeader } from '@atoll/volume/nifti-read';
import { toldPlace } from '@atoll/volume/told-place';
import type { Vec3 } from '@atoll/volume/volume';
import type { OpenImage } from './candidate.ts';
import type { Caution } from './caution.ts';
import type { Found } from './looked.ts';
import { sampledVolumes, takeSample } from './sample.ts';

/** As `runSegmentation` accepts: 256 × 256 × 256. */
const maxVoxels = 1 << 24;

/** One image with all its volumes, unpacked. */
const maxImageBytes = 2 ** 30;

/** What may stand before and behind the voxels. */
const slackBytes = 1 << 20;

type Described = Omit<
  Found,
  | 'volumes'
  | 'bValues'
  | 'directions'
  | 'directionality'
  | 'cautions'
  | 'grid'
  | 'otherPlace'
  | 'sideKnown'
  | 'samples'
  | 'open'
> & {
  /** The b-values of a side-car, where there is one that fits this many volumes. */
  readonly bValuesFor: (volumes: number) => {
    readonly bValues: readonly number[] | null;
    readonly cautions: readonly Caution[];
  };
  readonly directionsFor?: (volumes: number) => readonly (Vec3 | null)[] | null;
};

/**
 * A candidate of NIfTI bytes, packed or not. All of it is read once, to look at its values; only what `readBytes`
 * keeps stays in memory.
 * @throws AtollError IMAGE_*
 */
export async function niftiCandidate(
  readBytes: () => Promise<Uint8Array>,
  { bValuesFor, directionsFor, ...described }: Described,
): Promise<Found> {
  const image = await openNifti(await readBytes());
  const { shape, volumes } = parseNiftiHeader(image.nifti);
  const told = toldPlace(parseNiftiHeader(image.nifti));
  const open = async () => {
    const opened = await openNifti(await readBytes());
    return told.replaced ? openNifti(placedNifti(opened.nifti, told.affine)) : opened;
  };
  const { bValues, cautions } = bValuesFor(volumes);
  const samples = [];
  for (let index = 0; index < Math.min(volumes, sampledVolumes); index++) {
    samples.push(takeSample(await image.volume(index)));
  }
  return {
    ...described,
    volumes,
    bValues,
    directions: directionsFor?.(volumes) ?? null,
    directionality: [],
    cautions: [...cautions, ...(told.message === null ? [] : [geometryCaution(told.message)])],
    grid: { shape, affine: told.affine },
    otherPlace: told.other,
    sideKnown: told.sideKnown,
    samples,
    open,
  };
}

function geometryCaution(message: string): Caution {
  return { code: 'GEOMETRY_CONTRADICTORY', severity: 'serious', message };
}

/** @throws AtollError IMAGE_* */
async function openNifti(bytes: Uint8Array): Promise<OpenImage & { readonly nifti: Uint8Array }> {
  const { shape, volumes, voxelType, voxelOffset } = readNiftiHeader(bytes);
  const whole = voxelOffset + checkImageSize(shape, volumes, voxelType.bytes);
  const nifti = anonymousNifti(isGzip(bytes) ? await gunzip(bytes, whole + slackBytes) : bytes);
  return { nifti, volume: (volumeIndex) => readNifti(nifti, { volumeIndex }) };
}

/** @returns the bytes that the voxels take. @throws AtollError IMAGE_TOO_LARGE */
export function checkImageSize(shape: Vec3, volumes: number, bytesPerVoxel: number): number {
  const voxels = shape[0] * shape[1] * shape[2];
  const bytes = voxels * volumes * bytesPerVoxel;
  if (voxels > maxVoxels || bytes > maxImageBytes) {
    throw new AtollError(
      'IMAGE_TOO_LARGE',
      `The image has ${[...shape, volumes].join(' × ')} voxels, which is more than Atoll accepts.`,
    );
  }
  return bytes;
}

/** Before a file is read whole. @throws AtollError IMAGE_TOO_LARGE */
export function checkFileSize(sizeBytes: number): void {
  if (sizeBytes <= maxImageBytes + slackBytes) return;
  throw new AtollError(
    'IMAGE_TOO_LARGE',
    `The file takes ${Math.ceil(sizeBytes / 1e6)} MB, more than any image.`,
  );
}

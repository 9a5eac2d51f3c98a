import { AtollError } from '@atoll/errors/error';
import { gunzip, isGzip } from '@atoll/volume/gzip';
import { anonymousNifti } from '@atoll/volume/nifti-anonymous';
import type { NiftiHeader } from '@atoll/volume/nifti-header';
import { placedNifti } from '@atoll/volume/nifti-placed';
import { readNifti, readNiftiHeader, slackBytes } from '@atoll/volume/nifti-read';
import { NiftiSeries } from '@atoll/volume/nifti-series';
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
  /** The b-values of a sidecar, where there is one that fits this many volumes. */
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
  const { header, checkWhole, ...image } = await openNifti(await readBytes());
  const { shape, volumes } = header;
  const told = toldPlace(header);
  const open = async (): Promise<OpenImage> => {
    const opened = await openNifti(await readBytes());
    if (!told.replaced) return opened;
    if (opened.nifti !== null) return openNifti(placedNifti(opened.nifti, told.affine));
    return { nifti: null, volume: async (at) => ({ ...(await opened.volume(at)), affine: told.affine }) };
  };
  const { bValues, cautions } = bValuesFor(volumes);
  const samples = [];
  for (let index = 0; index < Math.min(volumes, sampledVolumes); index++) {
    samples.push(takeSample(await image.volume(index)));
  }
  await checkWhole();
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
async function openNifti(
  bytes: Uint8Array,
): Promise<OpenImage & { readonly header: NiftiHeader; checkWhole(): Promise<void> }> {
  const header = readNiftiHeader(bytes);
  const { shape, volumes, voxelType, voxelOffset } = header;
  const whole = voxelOffset + checkImageSize(shape, volumes, voxelType.bytes);
  if (volumes > 1) {
    // One at a time: all of them unpacked may be a thousand times what was given.
    const series = new NiftiSeries(bytes);
    return {
      header,
      nifti: null,
      volume: (index) => series.volume(index),
      checkWhole: () => series.checkWhole(),
    };
  }
  const nifti = anonymousNifti(isGzip(bytes) ? await gunzip(bytes, whole + slackBytes) : bytes);
  return {
    header,
    nifti,
    volume: (volumeIndex) => readNifti(nifti, { volumeIndex }),
    checkWhole: async () => undefined,
  };
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
    `The file is ${Math.ceil(sizeBytes / 1e6)} MB, too large for an image.`,
  );
}

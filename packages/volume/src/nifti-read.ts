import { AtollError } from '@atoll/errors/error';
import { mostVoxels } from './geometry.ts';
import { gunzip, gunzipStart, isGzip } from './gzip.ts';
import { headerBytes, type NiftiHeader, parseNiftiHeader } from './nifti-header.ts';
import { readVoxels } from './nifti-type.ts';
import type { Mask, Volume } from './volume.ts';

export type NiftiImage = Volume & { readonly header: NiftiHeader };

export type ReadOptions = {
  /** Which volume of a 4D image, from 0. Needed only when there are several. */
  readonly volumeIndex?: number;
  /** Voxels of one volume; beyond it IMAGE_TOO_LARGE. */
  readonly maxVoxels?: number;
  /** Bytes after unpacking, all volumes together; beyond it IMAGE_TOO_LARGE. */
  readonly maxBytes?: number;
};

export const defaultMaxBytes = 2 ** 30;

/** What may stand behind the voxels of a packed file, such as padding, before it is taken for a bomb. */
export const slackBytes = 1 << 20;

/**
 * What the header says; needs only the first 64 kB of a file, packed or not.
 * @throws AtollError as {@link parseNiftiHeader}; IMAGE_CORRUPT when the packing is damaged before the header.
 */
export function readNiftiHeader(bytes: Uint8Array): NiftiHeader {
  return parseNiftiHeader(isGzip(bytes) ? gunzipStart(bytes.subarray(0, 1 << 16), headerBytes) : bytes);
}

/**
 * One 3D volume of a NIfTI-1 or NIfTI-2 file (.nii or .nii.gz, told by content), scaled, as 32-bit floats.
 * NaN stays NaN. Memory is taken only for what the header describes, once that is within the limits.
 * @throws AtollError as {@link parseNiftiHeader}; IMAGE_TOO_LARGE, IMAGE_TRUNCATED, IMAGE_CORRUPT, and
 *   IMAGE_NOT_3D when there are several volumes and none, or one that is not there, was chosen.
 */
export async function readNifti(bytes: Uint8Array, options: ReadOptions = {}): Promise<NiftiImage> {
  const header = readNiftiHeader(bytes);
  const { shape, affine, voxelOffset, voxelType, littleEndian, scale } = header;
  const voxels = shape[0] * shape[1] * shape[2];
  const volumeBytes = voxels * voxelType.bytes;
  const endOfVoxels = voxelOffset + header.volumes * volumeBytes;
  checkSize(header, voxels, endOfVoxels, options);
  const start = voxelOffset + chooseVolume(header.volumes, options.volumeIndex) * volumeBytes;
  const raw = isGzip(bytes) ? await gunzip(bytes, endOfVoxels + slackBytes) : bytes;
  if (raw.length < endOfVoxels) {
    throw new AtollError(
      'IMAGE_TRUNCATED',
      `The image file is truncated: it should contain ${endOfVoxels} bytes and contains ${raw.length}.`,
    );
  }
  return { shape, affine, data: readVoxels(raw, start, voxels, voxelType, littleEndian, scale), header };
}

/** A mask: every voxel above 0.5 is inside. @throws AtollError as {@link readNifti} */
export async function readNiftiMask(bytes: Uint8Array, options: ReadOptions = {}): Promise<Mask> {
  const { shape, affine, data } = await readNifti(bytes, options);
  const inside = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at++) inside[at] = data[at] > 0.5 ? 1 : 0;
  return { shape, affine, data: inside };
}

function checkSize({ shape }: NiftiHeader, voxels: number, bytes: number, limits: ReadOptions): void {
  const { maxVoxels = mostVoxels, maxBytes = defaultMaxBytes } = limits;
  if (voxels > maxVoxels) {
    throw new AtollError(
      'IMAGE_TOO_LARGE',
      `The image has ${shape.join(' × ')} voxels, which is more than Atoll accepts (${maxVoxels} in all).`,
    );
  }
  if (bytes > maxBytes) {
    throw new AtollError(
      'IMAGE_TOO_LARGE',
      `The image is ${Math.ceil(bytes / 1e6)} MB unpacked; Atoll accepts ${Math.floor(maxBytes / 1e6)} MB.`,
    );
  }
}

function chooseVolume(volumes: number, index: number | undefined): number {
  if (index === undefined) {
    if (volumes === 1) return 0;
    throw new AtollError('IMAGE_NOT_3D', `The image has ${volumes} volumes, and none was selected.`);
  }
  if (Number.isInteger(index) && index >= 0 && index < volumes) return index;
  throw new AtollError('IMAGE_NOT_3D', `The image has ${volumes} volumes; there is no volume ${index}.`);
}

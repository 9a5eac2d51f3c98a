import { AtollError } from '@atoll/errors/error';
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
  /** Bytes after unpacking; beyond it IMAGE_TOO_LARGE. */
  readonly maxBytes?: number;
};

/** 512 × 512 × 256: a whole head at 0.5 mm and 1 mm slices, well over any diffusion series' volume. */
export const defaultMaxVoxels = 1 << 26;
export const defaultMaxBytes = 2 ** 30;

/** What the header says; needs only the first kilobyte or so of a file, packed or not. */
export async function readNiftiHeader(bytes: Uint8Array): Promise<NiftiHeader> {
  return parseNiftiHeader(isGzip(bytes) ? await gunzipStart(bytes.subarray(0, 1 << 16), headerBytes) : bytes);
}

/**
 * One 3D volume of a NIfTI-1 or NIfTI-2 file (.nii or .nii.gz, told by content), scaled, as 32-bit floats.
 * NaN stays NaN.
 * @throws AtollError IMAGE_*: see the catalogue.
 */
export async function readNifti(bytes: Uint8Array, options: ReadOptions = {}): Promise<NiftiImage> {
  const { maxVoxels = defaultMaxVoxels, maxBytes = defaultMaxBytes } = options;
  // The header is judged before the rest is unpacked: a bomb with absurd dimensions costs nothing.
  const header = await readNiftiHeader(bytes);
  const [nx, ny, nz] = header.shape;
  const voxels = nx * ny * nz;
  if (voxels > maxVoxels) {
    throw new AtollError(
      'IMAGE_TOO_LARGE',
      `The image has ${nx} × ${ny} × ${nz} voxels, which is more than Atoll accepts (${maxVoxels}).`,
    );
  }
  const volume = chooseVolume(header.volumes, options.volumeIndex);
  const volumeBytes = voxels * header.voxelType.bytes;
  const start = header.voxelOffset + volume * volumeBytes;
  const raw = isGzip(bytes) ? await gunzip(bytes, maxBytes) : bytes;
  if (raw.length < start + volumeBytes) {
    throw new AtollError(
      'IMAGE_TRUNCATED',
      `The image file ends too early: ${start + volumeBytes} bytes are needed and ${raw.length} are there.`,
    );
  }
  const data = readVoxels(raw, start, voxels, header.voxelType, header.littleEndian, header.scale);
  return { shape: header.shape, affine: header.affine, data, header };
}

/** A mask: every voxel above 0.5 is inside. */
export async function readNiftiMask(bytes: Uint8Array, options: ReadOptions = {}): Promise<Mask> {
  const { shape, affine, data } = await readNifti(bytes, options);
  const inside = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at++) inside[at] = data[at] > 0.5 ? 1 : 0;
  return { shape, affine, data: inside };
}

function chooseVolume(volumes: number, index: number | undefined): number {
  if (index === undefined) {
    if (volumes === 1) return 0;
    throw new AtollError('IMAGE_NOT_3D', `The image has ${volumes} volumes, and none was chosen.`);
  }
  if (Number.isInteger(index) && index >= 0 && index < volumes) return index;
  throw new AtollError('IMAGE_NOT_3D', `The image has ${volumes} volumes; there is no number ${index}.`);
}

import { AtollError } from '@atoll/errors/error';
import { isGzip } from '@atoll/volume/gzip';
import { readNiftiHeader } from '@atoll/volume/nifti-read';
import type { Volume } from '@atoll/volume/volume';

/** 256 × 256 × 256: more than any atlas on a grid of 1 mm has. */
const mostVoxels = 1 << 24;

/**
 * Reads a NIfTI file of whole numbers from 0 to 255 a piece at a time, so that an atlas stored as 32-bit floats takes
 * a quarter of their memory. Unsigned bytes and little-endian floats are read.
 * @throws AtollError IMAGE_* for what is no NIfTI, ATLAS_INVALID for one of another kind, damaged, or with other values.
 */
export async function readLabelFile(bytes: Uint8Array): Promise<Volume<Uint8Array>> {
  const { shape, affine, voxelOffset, voxelType, littleEndian, scale, volumes } = readNiftiHeader(bytes);
  const voxels = shape[0] * shape[1] * shape[2];
  const isByte = voxelType.kind === 'unsigned' && voxelType.bytes === 1;
  const isFloat = voxelType.kind === 'float' && voxelType.bytes === 4 && littleEndian;
  if (
    !(isByte || isFloat) ||
    volumes !== 1 ||
    voxels > mostVoxels ||
    scale.slope !== 1 ||
    scale.intercept !== 0
  ) {
    throw new AtollError('ATLAS_INVALID', 'An atlas file has an unexpected format.');
  }
  const data = new Uint8Array(voxels);
  const wide = voxelType.bytes;
  // What of a voxel came with the piece before.
  const rest = new Uint8Array(wide);
  const restView = new DataView(rest.buffer);
  let at = -voxelOffset;
  let kept = 0;
  const put = (value: number) => {
    if (at >= voxels) return;
    if (!(value >= 0 && value <= 255 && Math.floor(value) === value)) {
      throw new AtollError('ATLAS_INVALID', 'An atlas file contains values that are not labels.');
    }
    data[at++] = value;
  };
  for await (const piece of piecesOf(bytes)) {
    let from = 0;
    if (at < 0) {
      const skipped = Math.min(-at, piece.length);
      at += skipped;
      from = skipped;
    }
    if (isByte) {
      for (; from < piece.length; from++) put(piece[from]);
      continue;
    }
    while (kept > 0 && kept < wide && from < piece.length) rest[kept++] = piece[from++];
    if (kept === wide) {
      put(restView.getFloat32(0, true));
      kept = 0;
    }
    const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
    for (; from + wide <= piece.length; from += wide) {
      // Most of an atlas is nothing.
      if (view.getUint32(from, true) === 0) at++;
      else put(view.getFloat32(from, true));
    }
    while (from < piece.length) rest[kept++] = piece[from++];
  }
  if (at < voxels) throw new AtollError('ATLAS_INVALID', 'An atlas file is truncated.');
  return { shape, affine, data };
}

/** The bytes of a file, unpacked, in pieces. @throws AtollError ATLAS_INVALID when its packing is damaged. */
async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (!isGzip(bytes)) {
    yield bytes;
    return;
  }
  const reader = new Blob([new Uint8Array(bytes)])
    .stream()
    .pipeThrough(new DecompressionStream('gzip'))
    .getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw new AtollError('ATLAS_INVALID', 'An atlas file is damaged.', { cause });
      });
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AtollError } from '@atoll/errors/error';
import { kindOf } from '@atoll/intake/kind';
import { metaImageAsNifti, parseMetaImageHeader } from '@atoll/volume/metaimage';

/** More than any volume that Atoll accepts takes on disk. */
const maxFileBytes = 2 ** 31;

/**
 * The image file that the user named, as NIfTI: a MetaImage (.mha, or .mhd with its voxels beside it) is rewritten.
 * @throws AtollError FILE_UNREADABLE, IMAGE_*
 */
export async function readImageFile(path: string): Promise<Uint8Array> {
  const bytes = await readBytes(path);
  if (kindOf(bytes) !== 'metaimage') return bytes;
  const { header, end } = parseMetaImageHeader(bytes);
  if (header.dataFile === null) return metaImageAsNifti(header, bytes.subarray(end));
  if (basename(header.dataFile) !== header.dataFile) {
    throw new AtollError('FILE_UNREADABLE', 'The voxel file of the MetaImage is missing.');
  }
  return metaImageAsNifti(header, await readBytes(join(dirname(path), header.dataFile)));
}

async function readBytes(path: string): Promise<Uint8Array> {
  const found = await stat(path).catch((thrown: unknown) => {
    throw unreadable(path, thrown);
  });
  if (found.isDirectory()) {
    throw new AtollError(
      'FILE_UNREADABLE',
      `${path} is a folder; a NIfTI or MetaImage file is needed (or --in for a folder).`,
    );
  }
  if (found.size > maxFileBytes) throw new AtollError('IMAGE_TOO_LARGE', `${path} is larger than 2 GB.`);
  return readFile(path).catch((thrown: unknown) => {
    throw unreadable(path, thrown);
  });
}

function unreadable(path: string, thrown: unknown): AtollError {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  const reason = code === 'ENOENT' ? 'does not exist' : 'cannot be read';
  return new AtollError('FILE_UNREADABLE', `${path} ${reason}.`, { cause: thrown });
}

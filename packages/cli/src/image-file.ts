import { readFile, stat } from 'node:fs/promises';
import { AtollError } from '@atoll/errors/error';

/** More than any volume that Atoll accepts takes on disk. */
const maxFileBytes = 2 ** 31;

/** The bytes of a file the user named. @throws AtollError FILE_UNREADABLE, IMAGE_TOO_LARGE */
export async function readImageFile(path: string): Promise<Uint8Array> {
  const found = await stat(path).catch((thrown: unknown) => {
    throw unreadable(path, thrown);
  });
  if (found.isDirectory()) {
    throw new AtollError('FILE_UNREADABLE', `${path} is a folder; a NIfTI file is needed.`);
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

import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AtollError } from '@atoll/errors/error';

/**
 * Writes files into a folder, made if need be. Each is written aside and renamed, so that a name that is
 * there is a whole file; a run again replaces its own.
 * @throws AtollError FILE_UNWRITABLE
 */
export async function writeFiles(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const aside: string[] = [];
  // Processes on several machines, or in several containers, share folders and have the same numbers.
  const mark = randomBytes(6).toString('hex');
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, bytes] of files) {
      const path = join(folder, `.${name}.${mark}.part`);
      aside.push(path);
      const file = await open(path, 'w');
      await file.writeFile(bytes);
      await file.sync();
      await file.close();
    }
    for (const [at, name] of [...files.keys()].entries()) await rename(aside[at], join(folder, name));
  } catch (thrown) {
    for (const path of aside) await rm(path, { force: true });
    throw unwritable(folder, thrown);
  }
}

/** Removes a file that may be there. @throws AtollError FILE_UNWRITABLE */
export async function removeFile(folder: string, name: string): Promise<void> {
  await rm(join(folder, name), { force: true }).catch((thrown: unknown) => {
    throw unwritable(folder, thrown);
  });
}

/** Fails before the work instead of after it. @throws AtollError FILE_UNWRITABLE */
export async function ensureWritable(folder: string): Promise<void> {
  const probe = join(folder, `.atoll.${randomBytes(6).toString('hex')}.probe`);
  try {
    await mkdir(folder, { recursive: true });
    await (await open(probe, 'w')).close();
    await rm(probe);
  } catch (thrown) {
    throw unwritable(folder, thrown);
  }
}

function unwritable(folder: string, thrown: unknown): AtollError {
  return new AtollError('FILE_UNWRITABLE', `${folder} is not writable.`, { cause: thrown });
}

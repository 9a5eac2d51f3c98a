import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { AtollError } from '@atoll/errors/error';
import { type Held, holdName } from '@atoll/locks/held-name';

/** The folder of one run: inputs and results, gone when the run is. */
export type Scratch = {
  readonly id: string;
  readonly folder: string;
  /** Removes it. @param byRoot removes what a container's root left and we may not. */
  remove(byRoot?: (folder: string) => Promise<void>): Promise<void>;
};

const folderPattern = /^run-([0-9a-f]{16})$/;
/** Longer than any job may run: of another machine's leftovers nothing else is known. */
const oldMs = 2 * 24 * 3600 * 1000;

const nameOf = (id: string) => `atoll-deepisles-${id}`;

/** One folder for each machine: the data folder may be shared, and what others do cannot be seen here. */
const rootOf = (folder: string) => join(folder, 'scratch', hostname().replace(/[^A-Za-z0-9._-]/g, '_'));

/** @throws AtollError FILE_UNWRITABLE */
export async function makeScratch(folder: string): Promise<Scratch> {
  const id = randomBytes(8).toString('hex');
  const path = join(rootOf(folder), `run-${id}`);
  // While this name is held, nobody takes the folder for a leftover.
  const held = await holdName(nameOf(id));
  try {
    await mkdir(join(path, 'results'), { recursive: true, mode: 0o700 });
    // The container may run as another user; who may get into `path` is decided there.
    await chmod(path, 0o755);
    await chmod(join(path, 'results'), 0o777);
    await chmod(rootOf(folder), 0o700);
  } catch (thrown) {
    if (held !== 'taken') held?.close();
    throw new AtollError('FILE_UNWRITABLE', 'The working folder for a DeepISLES run cannot be created.', {
      cause: thrown,
    });
  }
  return { id, folder: path, remove: (byRoot) => remove(path, held, byRoot) };
}

async function remove(
  path: string,
  held: Held | 'taken' | null,
  byRoot: (folder: string) => Promise<void> = async () => undefined,
): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    await byRoot(path);
    await rm(path, { recursive: true, force: true });
  } finally {
    if (held !== 'taken') held?.close();
  }
}

/** @throws AtollError FILE_UNWRITABLE */
export async function writeInto(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  try {
    for (const [name, bytes] of files) await writeFile(join(folder, name), bytes, { mode: 0o644 });
  } catch (thrown) {
    throw new AtollError('FILE_UNWRITABLE', 'The images could not be written for DeepISLES.', {
      cause: thrown,
    });
  }
}

/** Removes the folders of runs whose process is gone. */
export async function sweepScratch(folder: string, byRoot: (folder: string) => Promise<void>): Promise<void> {
  const own = rootOf(folder);
  for (const entry of await readdir(own).catch(() => [])) {
    const id = folderPattern.exec(entry)?.[1];
    if (id === undefined) continue;
    const path = join(own, entry);
    const held = await holdName(nameOf(id));
    // Where the kernel knows no names, nobody can be told to be dead but by age.
    const isDead = held === null ? await isOld(path) : held !== 'taken';
    if (isDead) await remove(path, held, byRoot).catch(() => undefined);
  }
  for (const machine of await readdir(join(folder, 'scratch')).catch(() => [])) {
    const root = join(folder, 'scratch', machine);
    if (root === own) continue;
    for (const entry of await readdir(root).catch(() => [])) {
      const path = join(root, entry);
      if (folderPattern.test(entry) && (await isOld(path)))
        await remove(path, null, byRoot).catch(() => undefined);
    }
  }
}

async function isOld(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs > oldMs;
}

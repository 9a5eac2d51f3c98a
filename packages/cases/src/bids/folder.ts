import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { AtollError } from '@atoll/errors/error';
import { z } from 'zod';

/** More than any data set of patients has in one folder. */
const maxEntries = 100_000;
/** More than any volume that Atoll accepts takes on disk. */
const maxImageBytes = 2 ** 31;
const maxTextBytes = 1 << 20;

export type FolderEntry = { readonly name: string; readonly kind: 'file' | 'folder' };

/**
 * A data set’s folder, which is read and never written. Paths in it are relative, with `/`. A symbolic link is
 * followed while it stays inside (as in data sets of git-annex); one that leaves is as if it were not there.
 */
export class DatasetFolder {
  readonly root: string;
  #real: Promise<string> | null = null;

  constructor(root: string) {
    this.root = root;
  }

  /** @throws AtollError FILE_UNREADABLE when the data set itself is not there. */
  async check(): Promise<void> {
    this.#real ??= realpath(this.root);
    try {
      if ((await stat(await this.#real)).isDirectory()) return;
    } catch (thrown) {
      this.#real = null;
      throw new AtollError('FILE_UNREADABLE', 'The BIDS folder cannot be read.', {
        cause: thrown,
      });
    }
    throw new AtollError('FILE_UNREADABLE', 'The BIDS data set is not a folder.');
  }

  /** Entries by name, without hidden ones; none when the folder is not there or leads outside. */
  async entries(path: string): Promise<readonly FolderEntry[]> {
    const folder = await this.#locate(path);
    if (folder === null) return [];
    const found = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const entries: FolderEntry[] = [];
    for (const entry of found.slice(0, maxEntries)) {
      const { name } = entry;
      if (name.startsWith('.')) continue;
      if (entry.isDirectory()) entries.push({ name, kind: 'folder' });
      else if (entry.isFile()) entries.push({ name, kind: 'file' });
      else if (entry.isSymbolicLink()) {
        const target = await this.#locate(`${path}/${name}`);
        const about = target === null ? null : await stat(target).catch(() => null);
        if (about?.isFile()) entries.push({ name, kind: 'file' });
        if (about?.isDirectory()) entries.push({ name, kind: 'folder' });
      }
    }
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @throws AtollError FILE_UNREADABLE or IMAGE_TOO_LARGE; the texts name no path, for it may name a patient. */
  async readImage(path: string, signal?: AbortSignal): Promise<Uint8Array> {
    const file = await this.#locate(path);
    const about = file === null ? null : await stat(file).catch(() => null);
    if (file === null || about === null || !about.isFile()) {
      throw new AtollError(
        'FILE_UNREADABLE',
        'A file of this case is missing, or is a link that leads out of the data set.',
      );
    }
    if (about.size > maxImageBytes) throw new AtollError('IMAGE_TOO_LARGE', 'An image is larger than 2 GB.');
    try {
      return await readFile(file, signal === undefined ? {} : { signal });
    } catch (thrown) {
      if (signal?.aborted) throw new AtollError('JOB_CANCELLED', undefined, { cause: thrown });
      throw new AtollError('FILE_UNREADABLE', 'A file of this case cannot be read.', { cause: thrown });
    }
  }

  /** A small text file, or null when there is none. */
  async readText(path: string): Promise<string | null> {
    const file = await this.#locate(path);
    const about = file === null ? null : await stat(file).catch(() => null);
    if (file === null || about === null || !about.isFile() || about.size > maxTextBytes) return null;
    return readFile(file, 'utf8').catch(() => null);
  }

  /** The true place of a path, or null when it is not there or outside. */
  async #locate(path: string): Promise<string | null> {
    try {
      this.#real ??= realpath(this.root);
      const root = await this.#real;
      const target = await realpath(join(root, path));
      return target === root || target.startsWith(root.endsWith(sep) ? root : `${root}${sep}`)
        ? target
        : null;
    } catch {
      return null;
    }
  }
}

const Description = z.object({
  Name: z.string().optional().catch(undefined),
  License: z.string().optional().catch(undefined),
  DatasetDOI: z.string().optional().catch(undefined),
  GeneratedBy: z
    .array(z.object({ Name: z.string().catch('') }))
    .optional()
    .catch(undefined),
});
export type DatasetDescription = z.infer<typeof Description>;

/** What a folder’s dataset_description.json says; empty when it says nothing that can be read. */
export async function describeDataset(folder: DatasetFolder, path = '.'): Promise<DatasetDescription> {
  const text = await folder.readText(`${path}/dataset_description.json`);
  try {
    return Description.parse(JSON.parse(text ?? '{}'));
  } catch {
    return {};
  }
}

/** Whether Atoll made it: its masks are answers, and never the reference that answers are judged by. */
export function isOwnWork({ GeneratedBy }: DatasetDescription): boolean {
  return GeneratedBy?.some(({ Name }) => Name.toLowerCase() === 'atoll') ?? false;
}

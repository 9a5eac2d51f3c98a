import { type Dirent, promises as fs } from 'node:fs';
import { join, sep } from 'node:path';
import { AtollError } from '@atoll/errors/error';
import { readFilePart } from './file-part.ts';
import type { InputFile } from './input-file.ts';

/** How deep folders are gone into. */
const maxDepth = 12;

/** A file on this machine's disk. */
export type DiskFile = InputFile & {
  /** Where its bytes are, links followed; null where it cannot be read, and `fault` says why. */
  readonly onDisk: string | null;
  readonly fault: string | null;
};

/**
 * The files below a folder, or the one file that the path names. A link is followed to a file inside the folder, or to
 * the content that git-annex (DataLad) keeps for it; one that leads elsewhere, or to what was not downloaded, is there and
 * says so when it is read. Hidden files are passed over. For Node alone.
 * @param maxFiles with more, INTAKE_TOO_MANY_FILES.
 * @throws AtollError FILE_UNREADABLE, INTAKE_TOO_MANY_FILES
 */
export async function filesOfFolder(path: string, maxFiles = 20_000): Promise<DiskFile[]> {
  const found = await fs.stat(path).catch((cause: unknown) => {
    throw new AtollError('FILE_UNREADABLE', `${path} does not exist or cannot be read.`, { cause });
  });
  if (!found.isDirectory()) return [onDisk(path, path.split(/[\\/]/).at(-1) ?? path, found.size)];
  const files: DiskFile[] = [];
  await walk('', 0);
  return files;

  async function walk(below: string, depth: number): Promise<void> {
    const entries = await list(join(path, below));
    for (const entry of entries) {
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory() && depth < maxDepth) await walk(name, depth + 1);
      const full = join(path, name);
      const linked = entry.isSymbolicLink() ? await linkedFile(path, full, name) : null;
      if (!entry.isFile() && linked === null) continue;
      if (files.length === maxFiles) {
        throw new AtollError('INTAKE_TOO_MANY_FILES', `There are more than ${maxFiles} files in the folder.`);
      }
      files.push(linked ?? onDisk(full, name, (await fs.stat(full)).size));
    }
  }
}

/** What a link stands for; null for a folder's. */
async function linkedFile(root: string, full: string, name: string): Promise<DiskFile | null> {
  const refused = (reason: string): DiskFile => ({
    path: name,
    sizeBytes: 0,
    onDisk: null,
    fault: reason,
    read: () => Promise.reject(new AtollError('FILE_UNREADABLE', reason)),
  });
  const target = await fs.realpath(full).catch(() => null);
  if (target === null) {
    const aim = await fs.readlink(full).catch(() => '');
    return refused(
      aim.includes('.git/annex/objects')
        ? 'It is a DataLad (git-annex) link whose content is not present. Run `datalad get` on it.'
        : 'It is a link to a file that does not exist.',
    );
  }
  const about = await fs.stat(target);
  if (!about.isFile()) return null;
  const inside = target.startsWith(`${await fs.realpath(root)}${sep}`);
  const annexed = target.includes(join(sep, '.git', 'annex', 'objects', sep));
  if (!inside && !annexed)
    return refused('It is a link that leads out of the folder, which is not followed.');
  return onDisk(target, name, about.size);
}

async function list(folder: string): Promise<Dirent[]> {
  try {
    const entries = await fs.readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  } catch (cause) {
    throw new AtollError('FILE_UNREADABLE', 'A folder cannot be read.', { cause });
  }
}

function onDisk(full: string, path: string, sizeBytes: number): DiskFile {
  return {
    path,
    sizeBytes,
    onDisk: full,
    fault: null,
    read: async (range) => {
      try {
        if (range === undefined) return new Uint8Array(await fs.readFile(full));
        return await readFilePart(full, range.start, Math.min(range.end, sizeBytes));
      } catch (cause) {
        // Without its name, which may be a patient's: this may be logged.
        throw new AtollError('FILE_UNREADABLE', undefined, { cause });
      }
    },
  };
}

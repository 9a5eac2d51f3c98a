import { createReadStream } from 'node:fs';
import { mkdtemp, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { AtollError } from '@atoll/errors/error';
import { checkResultNames, isJobId, isResultName } from './result-names.ts';
import type { ResultStore, StoredFile } from './result-store.ts';

/** Folders on their way in or out; no job's id begins so. */
const asidePrefix = '.aside-';
const listedAtOnce = 100;

/**
 * Results as folders `<root>/<jobId>/`. A job's files are written aside, flushed to the disk and moved into
 * place by one rename, and leave the same way, so that a folder that exists is whole, whatever was killed when.
 */
export class FileResultStore implements ResultStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Removes what killed writers left. @param olderThanMs 0 only for the process that owns the folder. */
  async sweep(olderThanMs: number): Promise<void> {
    for (const name of await readdir(this.#root)) {
      if (!name.startsWith(asidePrefix)) continue;
      const path = join(this.#root, name);
      const found = await stat(path).catch(() => null);
      if (found !== null && Date.now() - found.mtimeMs >= olderThanMs) {
        await rm(path, { recursive: true, force: true });
      }
    }
  }

  async put(jobId: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
    checkResultNames(jobId, files);
    const target = join(this.#root, jobId);
    try {
      const aside = await mkdtemp(join(this.#root, asidePrefix));
      try {
        for (const [name, bytes] of files) await writeFlushed(join(aside, name), bytes);
        await flushFolder(aside);
        if (!(await isFolder(target))) await moveTo(aside, target);
        await flushFolder(this.#root);
      } finally {
        await rm(aside, { recursive: true, force: true });
      }
    } catch (thrown) {
      throw new AtollError('FILE_UNWRITABLE', 'The result could not be written.', { cause: thrown });
    }
  }

  async open(jobId: string, name: string): Promise<StoredFile | null> {
    const folder = this.#folder(jobId);
    if (folder === null || !isResultName(name)) return null;
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found === null || !found.isFile()) return null;
    return {
      sizeBytes: found.size,
      modifiedAt: found.mtime,
      read: (range) => readBytes(path, range),
    };
  }

  async names(jobId: string): Promise<string[]> {
    const folder = this.#folder(jobId);
    if (folder === null || !(await isFolder(folder))) return [];
    return (await readdir(folder)).filter(isResultName).sort();
  }

  async has(jobId: string): Promise<boolean> {
    const folder = this.#folder(jobId);
    return folder !== null && (await isFolder(folder));
  }

  async delete(jobId: string): Promise<void> {
    const folder = this.#folder(jobId);
    if (folder === null || !(await isFolder(folder))) return;
    const aside = await mkdtemp(join(this.#root, asidePrefix));
    await rename(folder, aside);
    await rm(aside, { recursive: true, force: true });
  }

  async *list(): AsyncGenerator<readonly { jobId: string; modifiedAt: Date }[]> {
    const names = (await readdir(this.#root)).filter((name) => isJobId(name));
    for (let first = 0; first < names.length; first += listedAtOnce) {
      const some = names.slice(first, first + listedAtOnce).map(async (jobId) => {
        const found = await stat(join(this.#root, jobId)).catch(() => null);
        return found === null ? [] : [{ jobId, modifiedAt: found.mtime }];
      });
      yield (await Promise.all(some)).flat();
    }
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#root);
    return bavail * bsize;
  }

  #folder(jobId: string): string | null {
    return isJobId(jobId) ? join(this.#root, jobId) : null;
  }
}

function readBytes(path: string, range?: { first: number; last: number }): ReadableStream<Uint8Array> {
  const file = createReadStream(path, range === undefined ? {} : { start: range.first, end: range.last });
  const chunks = file[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel() {
      file.destroy();
    },
  });
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A rename is durable only when the folder that holds the name is. */
async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return; // no such thing there
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Does nothing when another run of the job was faster. */
async function moveTo(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (thrown) {
    if (!(await isFolder(to))) throw thrown;
  }
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() ?? false;
}

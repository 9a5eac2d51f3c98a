import { createReadStream } from 'node:fs';
import { mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AtollError } from '@atoll/errors/error';
import type { ResultStore, StoredFile } from './result-store.ts';

const jobIdPattern = /^[0-9a-f]{32}$/;
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const asidePrefix = '.writing-';

/**
 * Results as folders `<root>/<jobId>/`. A job's files are written aside, flushed to the disk and moved into
 * place by one rename, so that a folder that exists is whole, whatever was killed when.
 */
export class FileResultStore implements ResultStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Removes what writers left that were killed. Only for the process that owns the folder. */
  async sweep(): Promise<void> {
    for (const name of await readdir(this.#root)) {
      if (name.startsWith(asidePrefix)) await rm(join(this.#root, name), { recursive: true, force: true });
    }
  }

  async put(jobId: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
    const target = this.#folder(jobId);
    if (target === null) throw new AtollError('FILE_UNWRITABLE', 'This is not a job id.');
    const aside = await mkdtemp(join(this.#root, asidePrefix));
    try {
      for (const [name, bytes] of files) {
        if (!namePattern.test(name)) throw new AtollError('FILE_UNWRITABLE', 'This is not a file name.');
        await writeFlushed(join(aside, name), bytes);
      }
      await flushFolder(aside);
      await replaceFolder(aside, target);
      await flushFolder(this.#root);
    } catch (thrown) {
      await rm(aside, { recursive: true, force: true });
      if (thrown instanceof AtollError) throw thrown;
      throw new AtollError('FILE_UNWRITABLE', 'The result could not be written.', { cause: thrown });
    }
  }

  async open(jobId: string, name: string): Promise<StoredFile | null> {
    const folder = this.#folder(jobId);
    if (folder === null || !namePattern.test(name)) return null;
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found === null || !found.isFile()) return null;
    return {
      sizeBytes: found.size,
      modifiedAt: found.mtime,
      read: (range) => readBytes(path, range),
    };
  }

  async delete(jobId: string): Promise<void> {
    const folder = this.#folder(jobId);
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  }

  /** Only a well-formed id becomes a path. */
  #folder(jobId: string): string | null {
    return jobIdPattern.test(jobId) ? join(this.#root, jobId) : null;
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
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** A job that ran twice has the same result twice: the one that is there first stays readable until replaced. */
async function replaceFolder(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw thrown;
    const old = `${from}-old`;
    await rename(to, old);
    await rename(from, to);
    await rm(old, { recursive: true, force: true });
  }
}

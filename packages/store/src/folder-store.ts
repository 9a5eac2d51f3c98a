import { randomBytes } from 'node:crypto';
import {
  constants,
  copyFile,
  type FileHandle,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { isDiskFull } from '@atoll/errors/disk-full';
import { AtollError } from '@atoll/errors/error';
import type { Content, Store, StoredFile, StoreKind } from './store.ts';
import { checkNames, isFileName, isOwnerId } from './store-names.ts';

/** Folders on their way in or out; no id begins so. */
const asidePrefix = '.aside-';
/** Sets that were put aside, by their ids; and the id of the database that the store belongs to. */
const quarantineName = '.quarantine';
const ownerName = '.database';
const listedAtOnce = 100;
const pieceBytes = 256 * 1024;

/**
 * A store of folders `<root>/<id>/`. Files are written aside, flushed to the disk and moved into place by one
 * rename, and leave the same way, so that a folder that exists is whole, whatever was killed when. A folder's own
 * time is its last use.
 */
export class FolderStore implements Store {
  readonly #root: string;
  readonly #kind: StoreKind;

  /** @param root made when the first files come, closed to others. */
  constructor(root: string, kind: StoreKind) {
    this.#root = root;
    this.#kind = kind;
  }

  /** Removes what killed writers left. @param olderThanMs 0 only for the process that owns the folder. */
  async sweep(olderThanMs: number): Promise<void> {
    for (const name of await this.#entries()) {
      if (!name.startsWith(asidePrefix)) continue;
      const path = join(this.#root, name);
      const found = await stat(path).catch(() => null);
      if (found !== null && Date.now() - found.mtimeMs >= olderThanMs) {
        await rm(path, { recursive: true, force: true });
      }
    }
  }

  async put(id: string, files: ReadonlyMap<string, Content>): Promise<void> {
    checkNames(this.#kind, id, files);
    const target = join(this.#root, id);
    try {
      await mkdir(this.#root, { recursive: true, mode: 0o700 });
      const aside = await mkdtemp(join(this.#root, asidePrefix));
      try {
        for (const [name, content] of files) await writeFlushed(join(aside, name), content);
        await flushFolder(aside);
        if (!(await isFolder(target))) await moveTo(aside, target);
        await flushFolder(this.#root);
      } finally {
        await rm(aside, { recursive: true, force: true });
      }
    } catch (thrown) {
      if (isDiskFull(thrown)) throw new AtollError('DISK_FULL', undefined, { cause: thrown });
      throw new AtollError('FILE_UNWRITABLE', 'The files could not be written.', { cause: thrown });
    }
  }

  async open(id: string, name: string): Promise<StoredFile | null> {
    const folder = this.#folder(id);
    if (folder === null || !isFileName(name)) return null;
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found === null || !found.isFile()) return null;
    return {
      sizeBytes: found.size,
      modifiedAt: found.mtime,
      read: (range) => readBytes(path, range),
    };
  }

  async names(id: string): Promise<string[]> {
    const folder = this.#folder(id);
    if (folder === null || !(await isFolder(folder))) return [];
    return (await readdir(folder)).filter(isFileName).sort();
  }

  async has(id: string): Promise<boolean> {
    const folder = this.#folder(id);
    return folder !== null && (await isFolder(folder));
  }

  async delete(id: string): Promise<void> {
    for (const folder of [this.#folder(id), this.#asideFolder(id)]) {
      if (folder === null || !(await isFolder(folder))) continue;
      const aside = await mkdtemp(join(this.#root, asidePrefix));
      await rename(folder, aside);
      await rm(aside, { recursive: true, force: true });
    }
  }

  async setAside(id: string): Promise<void> {
    const [folder, aside] = [this.#folder(id), this.#asideFolder(id)];
    if (folder === null || aside === null || !(await isFolder(folder))) return;
    await mkdir(join(this.#root, quarantineName), { recursive: true, mode: 0o700 });
    await rm(aside, { recursive: true, force: true });
    await rename(folder, aside);
    const now = new Date();
    await utimes(aside, now, now);
  }

  async aside(): Promise<{ id: string; since: Date }[]> {
    const names = await readdir(join(this.#root, quarantineName)).catch(nothingYet);
    const found = names
      .filter((name) => this.#kind.isId(name))
      .map(async (id) => {
        const at = await stat(join(this.#root, quarantineName, id)).catch(() => null);
        return at === null ? [] : [{ id, since: at.mtime }];
      });
    return (await Promise.all(found)).flat();
  }

  async bringBack(id: string): Promise<void> {
    const [folder, aside] = [this.#folder(id), this.#asideFolder(id)];
    if (folder === null || aside === null || !(await isFolder(aside))) return;
    await moveTo(aside, folder);
  }

  async owner(): Promise<string | null> {
    const text = await readFile(join(this.#root, ownerName), 'utf8').catch(nothingYet);
    const id = String(text).trim();
    return isOwnerId(id) ? id : null;
  }

  async setOwner(databaseId: string): Promise<void> {
    await mkdir(this.#root, { recursive: true, mode: 0o700 });
    const written = join(this.#root, `${asidePrefix}${randomBytes(8).toString('hex')}`);
    await writeFile(written, `${databaseId}\n`, { flag: 'wx', mode: 0o600 });
    await rename(written, join(this.#root, ownerName));
    await flushFolder(this.#root);
  }

  async touch(id: string): Promise<void> {
    const folder = this.#folder(id);
    const now = new Date();
    // It may be taken away in this moment.
    if (folder !== null) await utimes(folder, now, now).catch(nothingYet);
  }

  async usedAt(id: string): Promise<Date | null> {
    const folder = this.#folder(id);
    const found = folder === null ? null : await stat(folder).catch(() => null);
    return found?.isDirectory() ? found.mtime : null;
  }

  async *list(): AsyncGenerator<readonly { id: string; usedAt: Date }[]> {
    const names = (await this.#entries()).filter((name) => this.#kind.isId(name));
    for (let first = 0; first < names.length; first += listedAtOnce) {
      const some = names.slice(first, first + listedAtOnce).map(async (id) => {
        const usedAt = await this.usedAt(id);
        return usedAt === null ? [] : [{ id, usedAt }];
      });
      yield (await Promise.all(some)).flat();
    }
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#root);
    return bavail * bsize;
  }

  #folder(id: string): string | null {
    return this.#kind.isId(id) ? join(this.#root, id) : null;
  }

  #asideFolder(id: string): string | null {
    return this.#kind.isId(id) ? join(this.#root, quarantineName, id) : null;
  }

  async #entries(): Promise<string[]> {
    return readdir(this.#root).catch(nothingYet);
  }
}

/** A stream of bytes into whose readers' own buffers the file is read; others get large pieces. */
function readBytes(path: string, range?: { first: number; last: number }): ReadableStream<Uint8Array> {
  let file: FileHandle | null = null;
  let at = range?.first ?? 0;
  const end = range === undefined ? Number.POSITIVE_INFINITY : range.last + 1;
  return new ReadableStream({
    type: 'bytes',
    autoAllocateChunkSize: pieceBytes,
    async pull(controller) {
      const { byobRequest } = controller;
      const view = byobRequest?.view ?? null;
      // There always is one where chunks are allocated.
      if (byobRequest === null || view === null) return;
      file ??= await open(path, 'r');
      try {
        const wanted = Math.min(view.byteLength, end - at);
        const { bytesRead } =
          wanted > 0
            ? await file.read(new Uint8Array(view.buffer, view.byteOffset, wanted), 0, wanted, at)
            : { bytesRead: 0 };
        at += bytesRead;
        if (bytesRead === 0) {
          await file.close();
          controller.close();
        }
        byobRequest.respond(bytesRead);
      } catch (thrown) {
        await file.close().catch(() => undefined);
        throw thrown;
      }
    },
    async cancel() {
      await file?.close();
    },
  });
}

async function writeFlushed(path: string, content: Content): Promise<void> {
  const bytes = content instanceof Uint8Array ? content : null;
  if (bytes === null && !(content instanceof Uint8Array)) await takeOver(content.path, path);
  const file = await open(path, bytes === null ? 'r+' : 'wx', 0o600);
  try {
    if (bytes !== null) await file.writeFile(bytes);
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

/** A rename where both are on one file system; else a copy. */
async function takeOver(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EXDEV')) throw thrown;
    await copyFile(from, to, constants.COPYFILE_EXCL);
    await rm(from);
  }
}

/** There is no folder before the first files come. */
function nothingYet(thrown: unknown): [] {
  if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return [];
  throw thrown;
}

/** Does nothing when another writer was faster. */
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

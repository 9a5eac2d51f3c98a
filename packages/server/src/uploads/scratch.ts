import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder that is gone, with all that is in it, when its scope ends. */
export type ScratchFolder = AsyncDisposable & { readonly path: string };

/** Folders for files that are on their way, each its own, below one that holds nothing else. */
export class Scratch {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async open(): Promise<ScratchFolder> {
    await mkdir(this.#root, { recursive: true, mode: 0o700 });
    const path = await mkdtemp(join(this.#root, 'case-'));
    return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
  }

  /** Removes what killed processes left. @param olderThanMs 0 only where no other process uses the folder. */
  async sweep(olderThanMs: number): Promise<void> {
    for (const name of await readdir(this.#root).catch(() => [])) {
      const path = join(this.#root, name);
      const found = await stat(path).catch(() => null);
      if (found !== null && Date.now() - found.mtimeMs >= olderThanMs) {
        await rm(path, { recursive: true, force: true });
      }
    }
  }
}

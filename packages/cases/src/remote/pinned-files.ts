import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AtollError } from '@atoll/errors/error';
import { sha256Of } from '../sha256.ts';
import { writeWholeFile } from '../whole-file.ts';
import type { Patience } from './remote.ts';
import { RemoteFile } from './remote-file.ts';

/** A file on the network of which every byte is known beforehand. */
export type PinnedFile = {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** At a pinned commit. */
  readonly url: string;
};

export type FetchOptions<File extends PinnedFile> = {
  /** Folder on the web that holds the files by their names, in place of their own addresses. */
  readonly mirror?: string;
  readonly signal?: AbortSignal;
  readonly patience?: Patience;
  /** After each file, with how many bytes are there and how many there will be. */
  readonly onProgress?: (file: File, bytes: number, allBytes: number) => void;
};

/** Files that are fetched once, when somebody asks for them, and kept in a folder. */
export class PinnedFiles<File extends PinnedFile> {
  readonly files: readonly File[];
  readonly #folder: string;

  constructor(folder: string, files: readonly File[]) {
    this.#folder = folder;
    this.files = files;
  }

  /** By size: whoever only asks must not read them. */
  async areThere(): Promise<boolean> {
    const sizes = await Promise.all(
      this.files.map(async (file) => (await stat(this.pathOf(file)).catch(() => null))?.size),
    );
    return this.files.every(({ sizeBytes }, at) => sizes[at] === sizeBytes);
  }

  /** null when it is not there or damaged. */
  async read(file: File): Promise<Uint8Array | null> {
    const bytes = await readFile(this.pathOf(file)).catch(() => null);
    return bytes !== null && sha256Of(bytes) === file.sha256 ? bytes : null;
  }

  pathOf({ name }: File): string {
    return join(this.#folder, name);
  }

  /**
   * Fetches what is missing. Each file is kept once its hash is right, so that a break costs only one file.
   * @returns whether anything had to be fetched.
   * @throws AtollError SOURCE_*, FILE_UNWRITABLE, JOB_CANCELLED
   */
  async fetch({ mirror, signal, patience, onProgress }: FetchOptions<File> = {}): Promise<boolean> {
    const allBytes = this.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    let bytes = 0;
    let fetched = false;
    for (const file of this.files) {
      if ((await this.read(file)) === null) {
        const url = addressOf(file, mirror);
        const remote = new RemoteFile({
          url,
          sizeBytes: file.sizeBytes,
          ...(patience === undefined ? {} : { patience }),
        });
        const content = await remote.read(0, file.sizeBytes, signal);
        if (sha256Of(content) !== file.sha256) {
          throw new AtollError(
            'SOURCE_INVALID',
            `${file.name} is not the expected file: its SHA-256 differs.`,
          );
        }
        await this.#write(file, content);
        fetched = true;
      }
      bytes += file.sizeBytes;
      onProgress?.(file, bytes, allBytes);
    }
    return fetched;
  }

  async #write(file: File, content: Uint8Array): Promise<void> {
    await writeWholeFile(this.pathOf(file), content).catch((thrown: unknown) => {
      throw new AtollError('FILE_UNWRITABLE', 'The data folder is not writable.', {
        cause: thrown,
      });
    });
  }
}

/** Where a file is fetched from: its own address, or its name in the folder of a mirror. */
export function addressOf({ name, url }: PinnedFile, mirror?: string): string {
  return mirror === undefined ? url : `${mirror.replace(/(?<!\/)\/+$/, '')}/${name}`;
}

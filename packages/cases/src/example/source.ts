import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AtollError } from '@atoll/errors/error';
import type { Patience } from '../remote/remote.ts';
import { RemoteFile } from '../remote/remote-file.ts';
import { sha256Of } from '../sha256.ts';
import type { CaseFiles, CaseSource, CaseSummary, OpenOptions } from '../source.ts';
import { writeWholeFile } from '../whole-file.ts';
import { type Example, type ExampleFile, isles22Example } from './isles22-example.ts';

export type FetchOptions = {
  /** Folder on the web that holds the files by their names, in place of their own addresses. */
  readonly mirror?: string;
  readonly signal?: AbortSignal;
  readonly patience?: Patience;
  /** After each file, with how many bytes are there and how many there will be. */
  readonly onProgress?: (file: ExampleFile, bytes: number, allBytes: number) => void;
};

/** A real case that is fetched once, when asked for, and then is a case like any other. */
export class ExampleSource implements CaseSource {
  readonly id = 'example';
  readonly title = 'Example of a real patient';
  readonly example: Example;
  readonly #folder: string;

  /** @param caseFolder where sources keep what they fetched. */
  constructor(caseFolder: string, example: Example = isles22Example) {
    this.example = example;
    this.#folder = join(caseFolder, 'example', example.id);
  }

  /** Nothing until it was fetched. */
  async list(): Promise<readonly CaseSummary[]> {
    if (!(await this.#isThere())) return [];
    const { id, title, description, licence, files } = this.example;
    return [{ id, title, description, licence, source: this.id, images: files.map(({ role }) => role) }];
  }

  /** @throws AtollError CASE_UNKNOWN, CASE_INCOMPLETE when a file is damaged, JOB_CANCELLED */
  async open(caseId: string, { signal }: OpenOptions = {}): Promise<CaseFiles> {
    if (caseId !== this.example.id || !(await this.#isThere())) throw new AtollError('CASE_UNKNOWN');
    if (signal?.aborted) throw new AtollError('JOB_CANCELLED');
    const files = await Promise.all(this.example.files.map((file) => this.#read(file)));
    const of = (role: ExampleFile['role']) => {
      const bytes = files[this.example.files.findIndex((file) => file.role === role)] ?? null;
      if (bytes !== null) return bytes;
      throw new AtollError(
        'CASE_INCOMPLETE',
        'A file of the example is damaged. Fetch it again: atoll cases fetch-example',
      );
    };
    return { dwi: of('dwi'), adc: of('adc'), reference: of('reference') };
  }

  /**
   * Fetches what is missing. Each file is kept once its hash is right, so that a break costs only one file.
   * @returns whether anything had to be fetched.
   * @throws AtollError SOURCE_*, FILE_UNWRITABLE, JOB_CANCELLED
   */
  async fetch({ mirror, signal, patience, onProgress }: FetchOptions = {}): Promise<boolean> {
    const { files } = this.example;
    const allBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    let bytes = 0;
    let fetched = false;
    for (const file of files) {
      if ((await this.#read(file)) === null) {
        const url = mirror === undefined ? file.url : `${mirror.replace(/(?<!\/)\/+$/, '')}/${file.name}`;
        const remote = new RemoteFile({
          url,
          sizeBytes: file.sizeBytes,
          ...(patience === undefined ? {} : { patience }),
        });
        const content = await remote.read(0, file.sizeBytes, signal);
        if (sha256Of(content) !== file.sha256) {
          throw new AtollError(
            'SOURCE_INVALID',
            `${file.name} is not the file it should be: its SHA-256 differs.`,
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

  /** By size: a list must not read images. */
  async #isThere(): Promise<boolean> {
    const sizes = await Promise.all(
      this.example.files.map(async (file) => (await stat(this.#path(file)).catch(() => null))?.size),
    );
    return this.example.files.every(({ sizeBytes }, at) => sizes[at] === sizeBytes);
  }

  /** null when it is not there or damaged. */
  async #read(file: ExampleFile): Promise<Uint8Array | null> {
    const bytes = await readFile(this.#path(file)).catch(() => null);
    return bytes !== null && sha256Of(bytes) === file.sha256 ? bytes : null;
  }

  async #write(file: ExampleFile, content: Uint8Array): Promise<void> {
    await writeWholeFile(this.#path(file), content).catch((thrown: unknown) => {
      throw new AtollError('FILE_UNWRITABLE', 'Nothing can be written to the data folder.', {
        cause: thrown,
      });
    });
  }

  #path({ name }: ExampleFile): string {
    return join(this.#folder, name);
  }
}

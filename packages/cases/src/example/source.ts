import { join } from 'node:path';
import { AtollError } from '@atoll/errors/error';
import type { CaseFiles } from '@atoll/volume/case-files';
import { type FetchOptions, PinnedFiles } from '../remote/pinned-files.ts';
import type { CaseSource, CaseSummary, OpenOptions } from '../source.ts';
import { type Example, type ExampleFile, isles22Example } from './isles22-example.ts';

/** A real case that is fetched once, when asked for, and then is a case like any other. */
export class ExampleSource implements CaseSource {
  readonly id = 'example';
  readonly title = 'Example patient';
  readonly example: Example;
  readonly #kept: PinnedFiles<ExampleFile>;

  /** @param caseFolder where sources keep what they fetched. */
  constructor(caseFolder: string, example: Example = isles22Example) {
    this.example = example;
    this.#kept = new PinnedFiles(join(caseFolder, 'example', example.id), example.files);
  }

  /** Nothing until it was fetched. */
  async list(): Promise<readonly CaseSummary[]> {
    if (!(await this.#kept.areThere())) return [];
    const { id, title, description, licence, files } = this.example;
    return [{ id, title, description, licence, source: this.id, images: files.map(({ role }) => role) }];
  }

  /** @throws AtollError CASE_UNKNOWN, CASE_INCOMPLETE when a file is damaged, JOB_CANCELLED */
  async open(caseId: string, { signal }: OpenOptions = {}): Promise<CaseFiles> {
    if (caseId !== this.example.id || !(await this.#kept.areThere())) throw new AtollError('CASE_UNKNOWN');
    if (signal?.aborted) throw new AtollError('JOB_CANCELLED');
    const files = await Promise.all(this.example.files.map((file) => this.#kept.read(file)));
    const of = (role: ExampleFile['role']) => {
      const bytes = files[this.example.files.findIndex((file) => file.role === role)] ?? null;
      if (bytes !== null) return bytes;
      throw new AtollError(
        'CASE_INCOMPLETE',
        'A file of the example is damaged. Download it again: atoll cases fetch-example',
      );
    };
    return { dwi: of('dwi'), adc: of('adc'), reference: of('reference') };
  }

  /** Fetches what is missing. @returns as {@link PinnedFiles.fetch}. @throws as that does. */
  fetch(options: FetchOptions<ExampleFile> = {}): Promise<boolean> {
    return this.#kept.fetch(options);
  }
}

import { join } from 'node:path';
import { AtollError, asAtollError } from '@atoll/errors/error';
import type { CaseFiles } from '@atoll/volume/case-files';
import { SharedOpenings } from '../shared-openings.ts';
import type { CaseSource, CaseSummary, OpenOptions } from '../source.ts';
import { CaseIndex, type IndexedCase } from './case-index.ts';
import { HubClient, type HubPlace } from './hub-client.ts';
import { ImageCache } from './image-cache.ts';
import { knownDatasets } from './known-datasets.ts';
import { readCase } from './shard-file.ts';

export type HubOptions = Omit<HubPlace, 'revision'> & {
  readonly revision: string | null;
  readonly cacheDir: string;
  readonly cacheBytes: number;
  /** How long a list waits for ids that are still being read. */
  readonly listWaitMs?: number;
};

const wellFormed = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * The rows of a data set of the Hugging Face Hub, read by byte ranges: of a case only its own images, of the list
 * only ids. What was read is kept on disk and needs no network any more.
 */
export class HubSource implements CaseSource {
  readonly id = 'hub';
  readonly title: string;
  readonly #licence: string | null;
  readonly #client: HubClient;
  readonly #index: CaseIndex;
  readonly #cache: ImageCache;
  readonly #openings: SharedOpenings<CaseFiles>;
  readonly #folder: string;
  readonly #listWaitMs: number;
  #remarks: readonly string[] = [];

  constructor({ cacheDir, cacheBytes, listWaitMs = 2_000, revision, ...place }: HubOptions) {
    if (revision === null) throw new AtollError('SETTINGS_INVALID', 'ATOLL_HUB_REVISION: not set');
    const known = knownDatasets[place.dataset];
    this.title = known?.title ?? place.dataset;
    this.#licence = known?.licence ?? null;
    this.#listWaitMs = listWaitMs;
    this.#folder = `${place.dataset.replace('/', '--')}/${revision}`;
    this.#client = new HubClient({ ...place, revision });
    this.#index = new CaseIndex(this.#client, join(cacheDir, this.#folder, 'index.json'));
    this.#cache = new ImageCache(cacheDir, cacheBytes);
    this.#openings = new SharedOpenings((caseId, signal) => this.#readOrFetch(caseId, signal));
  }

  /** @throws AtollError SOURCE_* when nothing is known and the hub cannot be asked. */
  async list(): Promise<readonly CaseSummary[]> {
    const { cases, unread, failure } = await this.#index.cases(this.#listWaitMs);
    const usable = cases.filter(isUsable);
    this.#remarks = [
      ...(unread === 0 ? [] : [describeUnread(cases.length, unread, failure)]),
      ...(usable.length === cases.length
        ? []
        : [`${cases.length - usable.length} rows have no usable id, or lack DWI or ADC.`]),
    ];
    return usable.map(({ id, images }) => ({
      id,
      title: id,
      description: `${this.title}, from the Hugging Face Hub.`,
      source: this.id,
      images,
      licence: this.#licence,
    }));
  }

  remarks(): readonly string[] {
    return this.#remarks;
  }

  /** @throws AtollError CASE_UNKNOWN, CASE_INCOMPLETE, SOURCE_*, JOB_CANCELLED */
  async open(caseId: string, options: OpenOptions = {}): Promise<CaseFiles> {
    if (!wellFormed.test(caseId)) throw new AtollError('CASE_UNKNOWN');
    return this.#openings.open(caseId, options);
  }

  async #readOrFetch(caseId: string, signal: AbortSignal): Promise<CaseFiles> {
    const key = `${this.#folder}/cases/${caseId}`;
    const kept = await this.#cache.read(key);
    if (kept !== null) return kept;
    const { cases } = await this.#index.cases(this.#listWaitMs);
    const found = cases.find((each) => each.id === caseId && isUsable(each));
    if (found === undefined) throw new AtollError('CASE_UNKNOWN');
    const files = await readCase(this.#client.file(found), found.row, signal);
    await this.#cache.write(key, files);
    return files;
  }
}

function isUsable({ id, images }: IndexedCase): boolean {
  return wellFormed.test(id) && images.includes('dwi') && images.includes('adc');
}

function describeUnread(read: number, unread: number, failure: unknown): string {
  if (failure !== null) {
    const { message, action } = asAtollError(failure);
    return `The list is incomplete: ${message} ${action}`;
  }
  if (unread < 0) return 'The list is still loading.';
  return `The list is still loading: ${read} cases so far, ${unread} files remaining.`;
}

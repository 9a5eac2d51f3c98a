import { join } from 'node:path';
import { AtollError } from '@atoll/errors/error';
import { type PhantomFiles, phantomRoles } from '@atoll/phantom/case-files';
import { makeInThread } from '@atoll/phantom/making';
import { phantomVersion } from '@atoll/phantom/phantom';
import { type PhantomCase, phantomCases } from '@atoll/phantom/specs';
import { SharedOpenings } from '../shared-openings.ts';
import type { CaseSource, CaseSummary, OpenOptions } from '../source.ts';
import { CaseFolder } from './case-folder.ts';

/** Cases kept in memory where there is no folder for them, or none that can be written. */
const keptCases = 3;

/** The synthetic cases: made when first opened, in a thread of their own, and kept in a folder. */
export class PhantomSource implements CaseSource {
  readonly id = 'phantom';
  readonly title = 'Synthetic phantoms';
  readonly #cases: readonly PhantomCase[];
  readonly #folder: CaseFolder | null;
  readonly #openings: SharedOpenings<PhantomFiles>;
  /** Last in the map is last used. */
  readonly #kept = new Map<string, PhantomFiles>();
  #isExpecting = false;

  /**
   * @param options.cacheDir where made phantoms are kept; without it they are kept in memory, a few.
   * @param options.cases others than those that Atoll brings; the files of one id in a folder are of one spec.
   */
  constructor(options: { readonly cacheDir?: string; readonly cases?: readonly PhantomCase[] } = {}) {
    const { cacheDir, cases = phantomCases } = options;
    this.#cases = cases;
    this.#openings = new SharedOpenings((caseId, signal) => this.#readOrMake(this.#find(caseId), signal));
    this.#folder =
      cacheDir === undefined ? null : new CaseFolder(join(cacheDir, `phantom-v${phantomVersion}`));
  }

  async list(): Promise<readonly CaseSummary[]> {
    return this.#cases.map(({ id, title, description }) => ({
      id,
      title,
      description,
      source: this.id,
      images: phantomRoles,
      licence: 'Apache-2.0',
    }));
  }

  /**
   * Those who open the same case at the same time share one making; it ends when the last of them aborts.
   * @throws AtollError CASE_UNKNOWN, or JOB_CANCELLED when aborted.
   */
  async open(caseId: string, options: OpenOptions = {}): Promise<PhantomFiles> {
    this.#find(caseId);
    return this.#openings.open(caseId, options);
  }

  /** Makes the first case, which takes seconds, once in this process; where it is kept, it is only read. */
  expectReader(signal: AbortSignal): void {
    const [first] = this.#cases;
    if (this.#isExpecting || first === undefined) return;
    this.#isExpecting = true;
    this.open(first.id, { signal }).catch(() => {
      this.#isExpecting = false;
    });
  }

  #find(caseId: string): PhantomCase {
    const found = this.#cases.find(({ id }) => id === caseId);
    if (found === undefined) throw new AtollError('CASE_UNKNOWN');
    return found;
  }

  async #readOrMake({ id, spec }: PhantomCase, signal: AbortSignal): Promise<PhantomFiles> {
    const known = this.#recall(id) ?? (await this.#folder?.read(id, spec));
    if (known) return known;
    const files = await makeInThread(spec, signal);
    try {
      if (this.#folder === null) this.#keep(id, files);
      else await this.#folder.write(id, files);
    } catch {
      // A full or read-only disk must not cost the reader their case.
      this.#keep(id, files);
    }
    return files;
  }

  #recall(caseId: string): PhantomFiles | null {
    const files = this.#kept.get(caseId);
    if (files === undefined) return null;
    this.#keep(caseId, files);
    return files;
  }

  #keep(caseId: string, files: PhantomFiles): void {
    this.#kept.delete(caseId);
    this.#kept.set(caseId, files);
    for (const oldest of [...this.#kept.keys()].slice(0, -keptCases)) this.#kept.delete(oldest);
  }
}

import { AtollError } from '@atoll/errors/error';
import type { CaseFiles, CaseSource, CaseSummary } from './source.ts';

/** All case sources of an instance as one: a case's id alone says where it comes from. */
export class CaseRegistry {
  readonly #sources: readonly CaseSource[];

  constructor(sources: readonly CaseSource[]) {
    this.#sources = sources;
  }

  /**
   * Every case of every source, in the order of the sources.
   * @throws AtollError CASE_AMBIGUOUS when two cases have the same id.
   */
  async list(): Promise<readonly CaseSummary[]> {
    const cases = (await Promise.all(this.#sources.map((source) => source.list()))).flat();
    if (new Set(cases.map(({ id }) => id)).size < cases.length) throw new AtollError('CASE_AMBIGUOUS');
    return cases;
  }

  /**
   * @throws AtollError CASE_UNKNOWN when no source has such a case, CASE_AMBIGUOUS when several have (the
   *   images of another patient would be worse than none), or what a source that could not be asked threw.
   */
  async open(caseId: string, options: { readonly signal?: AbortSignal } = {}): Promise<CaseFiles> {
    const lists = await Promise.allSettled(this.#sources.map((source) => source.list()));
    const owners = this.#sources.filter((_, at) => {
      const list = lists[at];
      return list.status === 'fulfilled' && list.value.some(({ id }) => id === caseId);
    });
    if (owners.length > 1) throw new AtollError('CASE_AMBIGUOUS');
    if (owners.length === 1) return owners[0].open(caseId, options);
    const broken = lists.find((list) => list.status === 'rejected');
    if (broken !== undefined) throw broken.reason;
    throw new AtollError('CASE_UNKNOWN');
  }
}

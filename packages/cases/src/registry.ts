import { setTimeout as sleep } from 'node:timers/promises';
import { AtollError, asAtollError } from '@atoll/errors/error';
import type { CaseSource, CaseSummary, OpenedCase, OpenOptions, SourceState } from './source.ts';

export type CaseSurvey = {
  readonly cases: readonly CaseSummary[];
  readonly sources: readonly SourceState[];
};

type Located = { readonly source: CaseSource; readonly summary: CaseSummary };

/** What a source listed, or why it could not. */
type SourceList = {
  readonly source: CaseSource;
  readonly cases: readonly CaseSummary[] | null;
  readonly failure: AtollError | null;
};

/** So long a case is found where the last lists had it: each submission would have every source look anew. */
const recentMs = 1000;

/** How long a list waits for one source: the others' cases must not wait for a network. */
const listWaitMs = 20_000;

/** All case sources of an instance as one: a case's id alone says where it comes from. */
export class CaseRegistry {
  readonly #sources: readonly CaseSource[];
  readonly #listWaitMs: number;
  /** The lists as they were given last. */
  #recent: { readonly lists: readonly SourceList[]; readonly at: number } | null = null;

  constructor(sources: readonly CaseSource[], options: { readonly listWaitMs?: number } = {}) {
    this.#sources = sources;
    this.#listWaitMs = options.listWaitMs ?? listWaitMs;
  }

  /** Every case of every source that works, in the order of the sources; without those of ambiguous names. */
  async list(): Promise<readonly CaseSummary[]> {
    return (await this.survey()).cases;
  }

  /** The same, and how each source fares: one that is broken costs its own cases and no others. */
  async survey(): Promise<CaseSurvey> {
    const lists = await this.#askAll();
    const counts = new Map<string, number>();
    for (const list of lists) {
      for (const { id } of list.cases ?? []) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    const isUnique = ({ id }: CaseSummary) => counts.get(id) === 1;
    return {
      cases: lists.flatMap(({ cases }) => cases ?? []).filter(isUnique),
      sources: lists.map(({ source, cases, failure }) => {
        const withheld = cases?.filter((each) => !isUnique(each)).length ?? 0;
        const sentences = [
          ...(failure === null ? [] : [`${failure.message} ${failure.action}`]),
          ...(failure === null ? (source.remarks?.() ?? []) : []),
          ...(withheld === 0 ? [] : [describeWithheld(withheld)]),
        ];
        return {
          id: source.id,
          title: source.title,
          ok: failure === null,
          problem: sentences.length === 0 ? null : sentences.join(' '),
        };
      }),
    };
  }

  /**
   * What a list shows of a case, or would show of one that is in none.
   * @throws AtollError CASE_UNKNOWN when no source has such a case, CASE_AMBIGUOUS when several have (the
   *   images of another patient would be worse than none), or what a source that could not be asked threw.
   */
  async find(caseId: string): Promise<CaseSummary> {
    return (await this.#locate(caseId)).summary;
  }

  /** @throws AtollError as {@link find} does, and as the case’s source does. */
  async open(caseId: string, options: OpenOptions = {}): Promise<OpenedCase> {
    return (await this.#locate(caseId)).source.open(caseId, options);
  }

  /** Tells every source that somebody is about to choose a case. @param signal when it is not worth while any more. */
  expectReader(signal: AbortSignal): void {
    for (const source of this.#sources) source.expectReader?.(signal);
  }

  async #locate(caseId: string): Promise<Located> {
    const unlisted = await this.#locateUnlisted(caseId);
    if (unlisted !== null) return unlisted;
    const recent =
      this.#recent !== null && performance.now() - this.#recent.at < recentMs ? this.#recent : null;
    const known = recent === null ? [] : ownersIn(recent.lists, caseId);
    // What was not there a moment ago may be there now; what was there, its source opens or says why not.
    if (known.length === 1) return known[0];
    const lists = await this.#askAll();
    const owners = ownersIn(lists, caseId);
    if (owners.length > 1) throw new AtollError('CASE_AMBIGUOUS');
    if (owners.length === 1) return owners[0];
    const broken = lists.find(({ failure }) => failure !== null);
    if (broken?.failure) throw broken.failure;
    throw new AtollError('CASE_UNKNOWN');
  }

  /** Nobody else can have such a case's id: the other sources need not be asked. */
  async #locateUnlisted(caseId: string): Promise<Located | null> {
    for (const source of this.#sources) {
      const summary = (await source.find?.(caseId)) ?? null;
      if (summary !== null) return { source, summary };
    }
    return null;
  }

  /** Those that list what they have. */
  async #askAll(): Promise<readonly SourceList[]> {
    const listing = this.#sources.filter((source) => source.find === undefined);
    const lists = await Promise.all(
      listing.map(async (source) => {
        try {
          return { source, cases: await this.#ask(source), failure: null };
        } catch (thrown) {
          return { source, cases: null, failure: asAtollError(thrown) };
        }
      }),
    );
    this.#recent = { lists, at: performance.now() };
    return lists;
  }

  async #ask(source: CaseSource): Promise<readonly CaseSummary[]> {
    const patience = new AbortController();
    const late = sleep(this.#listWaitMs, null, { signal: patience.signal, ref: false });
    // Rejects when the list came in time, and nobody waits for it any more.
    late.catch(() => undefined);
    try {
      const cases = await Promise.race([source.list(), late]);
      if (cases === null)
        throw new AtollError('SOURCE_UNREACHABLE', `${source.title} did not respond in time.`);
      return cases;
    } finally {
      patience.abort();
    }
  }
}

function ownersIn(lists: readonly SourceList[], caseId: string): Located[] {
  return lists.flatMap(({ source, cases }) =>
    (cases ?? []).filter(({ id }) => id === caseId).map((summary) => ({ source, summary })),
  );
}

function describeWithheld(count: number): string {
  const what =
    count === 1 ? 'One case has the same name as another' : `${count} cases have the same names as others`;
  return `${what} and cannot be distinguished: rename the copies where they are stored.`;
}

import { KnownRun } from './known-run.ts';

/** The part of the browser's storage that is needed here; each call may throw. */
export type RunStorage = Pick<Storage, 'getItem' | 'setItem'>;

/** Beyond it the runs that were submitted first are forgotten. */
export const mostRuns = 100;
/** A longer text is none of ours. */
const longestText = 200_000;

/**
 * The runs that this browser knows of one service. The service lists none: who knows a job's id may see the job.
 * Where the browser keeps nothing, they are known until the page is left.
 */
export class RunStore {
  readonly #key: string;
  readonly #storage: RunStorage | null;
  readonly #listeners = new Set<() => void>();
  #text: string | null = null;
  #runs: readonly KnownRun[] = [];

  /** @param serviceUrl ids of one service mean nothing to another. */
  constructor(serviceUrl: string, storage: RunStorage | null) {
    this.#key = keyOf(serviceUrl);
    this.#storage = storage;
    this.#read();
  }

  /** Last submitted first; the same array until something changes. */
  get runs(): readonly KnownRun[] {
    return this.#runs;
  }

  /** Adds a run, or what is new of it. */
  remember(news: KnownRun): void {
    // Parsed as what is read is: its fields stand in the same order.
    const run = KnownRun.parse(news);
    const known = this.#runs.find(({ jobId }) => jobId === run.jobId);
    if (known !== undefined && JSON.stringify(known) === JSON.stringify(run)) return;
    this.#change((runs) => [...runs.filter(({ jobId }) => jobId !== run.jobId), run]);
  }

  forget(jobId: string): void {
    if (!this.#runs.some((run) => run.jobId === jobId)) return;
    this.#change((runs) => runs.filter((run) => run.jobId !== jobId));
  }

  /** Takes over what another tab of this browser has written. */
  refresh(): void {
    if (this.#read()) this.#tell();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #change(change: (runs: readonly KnownRun[]) => readonly KnownRun[]): void {
    // Another tab may have written a moment ago.
    this.#read();
    this.#runs = sorted(change(this.#runs));
    const text = JSON.stringify(this.#runs);
    try {
      this.#storage?.setItem(this.#key, text);
      this.#text = text;
    } catch {
      // Blocked or full.
    }
    this.#tell();
  }

  /** @returns whether the storage has something else than before; what is no list of runs is passed over. */
  #read(): boolean {
    let text: string | null = null;
    try {
      text = this.#storage?.getItem(this.#key) ?? null;
    } catch {
      // Blocked.
    }
    if (text === null || text === this.#text) return false;
    this.#text = text;
    this.#runs = sorted(parseRuns(text));
    return true;
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** Under which the runs of a service are kept. */
export function keyOf(serviceUrl: string): string {
  return `atoll.runs ${serviceUrl}`;
}

function parseRuns(text: string): KnownRun[] {
  if (text.length > longestText) return [];
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    return [];
  }
  if (!Array.isArray(list)) return [];
  const runs = new Map<string, KnownRun>();
  for (const each of list) {
    const run = KnownRun.safeParse(each);
    if (run.success) runs.set(run.data.jobId, run.data);
  }
  return [...runs.values()];
}

/** Times are ISO 8601 in UTC, and sort as text. */
function sorted(runs: readonly KnownRun[]): readonly KnownRun[] {
  const order = (one: KnownRun, other: KnownRun) =>
    one.createdAt < other.createdAt ? 1 : one.createdAt > other.createdAt ? -1 : 0;
  return [...runs].sort(order).slice(0, mostRuns);
}

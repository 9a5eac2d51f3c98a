import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BidsCase } from '@atoll/cases/bids/scan';
import { type CaseState, failuresIn, tableKey } from './case-table.ts';
import type { Derivative } from './derivative.ts';
import { caseNames } from './derivative-names.ts';

/** Cases looked at side by side: on a network file system each look is a wait. */
const width = 32;

/**
 * How the cases fare that other processes may be working on, such as the other tasks of a cluster’s array: by what
 * they left in the derivative. Only what has changed since the last look is read again.
 */
export class CasesElsewhere {
  readonly #derivative: Derivative;
  readonly #cases: readonly BidsCase[];
  readonly #known = new Map<string, { readonly stamp: string; readonly state: CaseState }>();
  #failedBefore: ReadonlyMap<string, string> | null = null;

  constructor(derivative: Derivative, cases: readonly BidsCase[]) {
    this.#derivative = derivative;
    this.#cases = cases;
  }

  stateOf({ id }: BidsCase): CaseState {
    return this.#known.get(id)?.state ?? { status: 'waiting' };
  }

  /** Looks at the folder. @returns whether any case fares otherwise than at the last look. */
  async look(): Promise<boolean> {
    // A table of a version that wrote no files of failures.
    this.#failedBefore ??= failuresIn(
      this.#cases.length === 0
        ? ''
        : await readFile(join(this.#derivative.root, 'lesions.tsv'), 'utf8').catch(() => ''),
    );
    let changed = false;
    for (let at = 0; at < this.#cases.length; at += width) {
      const some = this.#cases.slice(at, at + width);
      const news = await Promise.all(some.map((found) => this.#lookAt(found)));
      changed ||= news.includes(true);
    }
    return changed;
  }

  async #lookAt(found: BidsCase): Promise<boolean> {
    const { folder, report } = caseNames(this.#derivative.root, found);
    // Before it is read: what is written meanwhile is seen at the next look.
    const stamps = await Promise.all([
      stampOf(this.#derivative.failures.pathOf(found)),
      stampOf(join(folder, report)),
      // Changes with whatever comes into it, such as the page that is made of the report.
      stampOf(folder),
    ]);
    const stamp = stamps.join(' ');
    if (this.#known.get(found.id)?.stamp === stamp) return false;
    this.#known.set(found.id, { stamp, state: await this.#read(found) });
    return true;
  }

  async #read(found: BidsCase): Promise<CaseState> {
    const error = await this.#derivative.failures.read(found);
    if (error !== null) return { status: 'failed', error };
    const report = await this.#derivative.results.readReport(found);
    if (report !== null) return { status: 'kept', report };
    const message = this.#failedBefore?.get(tableKey(found));
    if (message === undefined) return { status: 'waiting' };
    return { status: 'failed', error: { code: 'INTERNAL', message, action: '' } };
  }
}

async function stampOf(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  return found === null ? '-' : `${found.ino}:${found.mtimeNs}:${found.size}`;
}

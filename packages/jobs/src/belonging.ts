import type { Store } from '@atoll/store/store';
import type { OwnershipTable } from './ownership-table.ts';

/** A store as far as it matters whose it is. */
export type Owned = Pick<Store, 'owner' | 'setOwner'>;

export type BelongingParts = {
  readonly ownership: Pick<OwnershipTable, 'databaseId' | 'everKnown'>;
  readonly results: Owned & Pick<Store, 'list'>;
  /** Uploaded cases, where they are taken; they lie beside the results. */
  readonly uploads: Owned | null;
  /** Told once of each store that is not this database's. */
  readonly onWarning: (sentence: string) => void;
};

/** What may be cleared away: only what lies in a store that belongs to this database. */
export type Verdict = { readonly results: boolean; readonly uploads: boolean };

/**
 * Whether database and stores belong together. A database that knows nothing of the results that are there is as
 * likely to be the wrong one (an empty setting, a folder that was moved, a new server) as they are to be rubbish; so
 * each has the same id in it. A store without one (new, or of an older version) is taken on if it is empty or most of
 * it is known here, one of another database only if all of it is (after an import).
 */
export class Belonging {
  readonly #parts: BelongingParts;
  readonly #warned = new Set<string>();

  constructor(parts: BelongingParts) {
    this.#parts = parts;
  }

  async judge(): Promise<Verdict> {
    const { ownership, results, uploads } = this.#parts;
    const own = await ownership.databaseId();
    const before = await results.owner();
    if (before !== own) {
      const { known, unknown } = await this.#count();
      const isOurs = before === null ? known >= unknown : unknown === 0;
      if (!isOurs) {
        this.#warn(
          'results',
          `The existing results belong to a different database (${unknown} of ${known + unknown} are unknown here). They are kept, whatever their age. If this is the wrong database, check ATOLL_DATA_DIR and ATOLL_DATABASE_URL; if they are not wanted, delete them manually.`,
        );
        return { results: false, uploads: false };
      }
      await results.setOwner(own);
    }
    if (uploads === null) return { results: true, uploads: false };
    const theirs = await uploads.owner();
    if (theirs === own) return { results: true, uploads: true };
    // They came with the results, and go with them.
    if (theirs === null || theirs === before) {
      await uploads.setOwner(own);
      return { results: true, uploads: true };
    }
    this.#warn(
      'uploads',
      'The existing uploaded cases belong to a different database. They are kept, whatever their age.',
    );
    return { results: true, uploads: false };
  }

  async #count(): Promise<{ known: number; unknown: number }> {
    const { ownership, results } = this.#parts;
    const count = { known: 0, unknown: 0 };
    for await (const some of results.list()) {
      const known = await ownership.everKnown(some.map(({ id }) => id));
      count.known += known.size;
      count.unknown += some.length - known.size;
    }
    return count;
  }

  #warn(about: string, sentence: string): void {
    if (this.#warned.has(about)) return;
    this.#warned.add(about);
    this.#parts.onWarning(sentence);
  }
}

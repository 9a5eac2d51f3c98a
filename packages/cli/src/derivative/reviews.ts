import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AtollError, asAtollError } from '@atoll/errors/error';
import { type FolderLock, lockFolder } from '@atoll/locks/folder-lock';
import { writeFiles } from '../output-folder.ts';
import { json, reviewColumnsName, reviewLockName, reviewTableName } from './derivative-names.ts';
import {
  emptyTable,
  parseReviewTable,
  type Review,
  type ReviewTable,
  reviewColumns,
  reviewsOf,
  reviewTableText,
  withReview,
} from './review-table.ts';

/** Longer than any number of readers hold the table after one another. */
const patienceMs = 60_000;

/**
 * review.tsv of a derivative. Each change is read, made and written under a lock that holds between processes and
 * machines, and the file is replaced as a whole: two readers at once lose no line of each other's, and a crash none.
 */
export class Reviews {
  readonly #root: string;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(root: string) {
    this.#root = root;
  }

  /** All lines as they stand now. @throws AtollError FILE_UNREADABLE */
  async read(): Promise<readonly Review[]> {
    return reviewsOf(await this.#readTable());
  }

  /** @throws AtollError FILE_UNREADABLE, FILE_UNWRITABLE, DATA_DIR_LOCKED after a minute in vain */
  put(review: Review): Promise<void> {
    const put = this.#turn.then(() => this.#putNow(review));
    this.#turn = put.catch(() => undefined);
    return put;
  }

  async #putNow(review: Review): Promise<void> {
    const lock = await this.#lock();
    try {
      const text = reviewTableText(withReview(await this.#readTable(), review));
      await writeFiles(
        this.#root,
        new Map([
          [reviewColumnsName, json(reviewColumns)],
          [reviewTableName, new TextEncoder().encode(text)],
        ]),
      );
    } finally {
      lock.release();
    }
  }

  async #readTable(): Promise<ReviewTable> {
    try {
      return parseReviewTable(await readFile(join(this.#root, reviewTableName), 'utf8'));
    } catch (thrown) {
      if (thrown instanceof AtollError) throw thrown;
      if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return emptyTable;
      throw new AtollError('FILE_UNREADABLE', 'review.tsv cannot be read.', { cause: thrown });
    }
  }

  async #lock(): Promise<FolderLock> {
    const folder = join(this.#root, reviewLockName);
    const until = performance.now() + patienceMs;
    try {
      await mkdir(folder, { recursive: true });
    } catch (cause) {
      throw new AtollError('FILE_UNWRITABLE', `${this.#root} is not writable.`, { cause });
    }
    for (;;) {
      try {
        return await lockFolder(folder);
      } catch (thrown) {
        const { code } = asAtollError(thrown);
        if (code !== 'DATA_DIR_LOCKED' || performance.now() > until) throw thrown;
        // Not all at the same moments.
        await sleep(20 + 80 * Math.random());
      }
    }
  }
}

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BidsCase } from '@atoll/cases/bids/scan';
import type { CohortPage } from '../derivative/cohort-page.ts';
import type { Derivative } from '../derivative/derivative.ts';
import { caseNames } from '../derivative/derivative-names.ts';
import { currentReviews } from '../derivative/reader-agreement.ts';
import { writeCorrectedPage, writeSubjectPage } from '../derivative/subject-page.ts';
import type { OpenedCases } from './opened-cases.ts';

type WorkParts = {
  readonly derivative: Derivative;
  readonly page: CohortPage;
  readonly cases: readonly BidsCase[];
  readonly opened: OpenedCases;
  /** A page could not be written; the review goes on. */
  readonly onFailure: (thrown: unknown) => void;
};

/** A page takes a second of the one thread: not while the reader waits for the images of the next case. */
const quietMs = 1500;

/**
 * Writes pages of subjects and of the cohort anew once a reader has given a verdict, one after the other and beside
 * the reading. What a broken-off review left undone, the next one finds and does.
 */
export class PageWork {
  readonly #parts: WorkParts;
  readonly #waiting = new Map<string, BidsCase>();
  #isCohortStale = false;
  #quietFrom = 0;
  #isEnding = false;
  #running: Promise<void> | null = null;

  constructor(parts: WorkParts) {
    this.#parts = parts;
  }

  /** How many subjects' pages are still to be written. */
  get left(): number {
    return this.#waiting.size;
  }

  /** Takes up what is older than its reviews. */
  async takeUp(): Promise<void> {
    const { derivative, cases } = this.#parts;
    const reviews = await derivative.reviews.read();
    if (reviews.length === 0) return;
    for (const found of cases) {
      const report = await derivative.results.readReport(found);
      if (report === null) continue;
      const engineMaskSha256 = report.provenance.outputSha256;
      const current = currentReviews(reviews, { found, engineMaskSha256 });
      const newest = Math.max(...current.map(({ date }) => Date.parse(date) || 0));
      const { folder, readable } = caseNames(derivative.root, found);
      const written = await stat(join(folder, readable[0][1])).catch(() => null);
      if (current.length > 0 && (written === null || written.mtimeMs < newest)) this.add(found);
    }
  }

  add(found: BidsCase): void {
    this.#waiting.set(found.id, found);
    this.#isCohortStale = true;
    this.touch();
    this.#running ??= this.#run();
  }

  /** The reader is at work. */
  touch(): void {
    this.#quietFrom = performance.now() + quietMs;
  }

  /** Writes all that is left, without a pause. */
  async finish(): Promise<void> {
    this.#isEnding = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.size > 0 || this.#isCohortStale) {
      const pause = this.#quietFrom - performance.now();
      if (pause > 0 && !this.#isEnding) {
        await sleep(Math.min(pause, 100));
        continue;
      }
      const [next] = this.#waiting.values();
      try {
        if (next !== undefined) {
          this.#waiting.delete(next.id);
          await this.#writeCase(next);
        } else {
          this.#isCohortStale = false;
          await this.#writeCohort();
        }
      } catch (thrown) {
        this.#parts.onFailure(thrown);
      }
    }
    this.#running = null;
  }

  async #writeCase(found: BidsCase): Promise<void> {
    const { derivative, opened } = this.#parts;
    const report = await derivative.results.readReport(found);
    if (report === null) return;
    const files = await opened.open(found, report);
    const what = { derivative, found, files };
    await writeSubjectPage(what, report, await derivative.results.readMask(found));
    const engineMaskSha256 = report.provenance.outputSha256;
    for (const { verdict, rater } of currentReviews(await derivative.reviews.read(), {
      found,
      engineMaskSha256,
    })) {
      if (verdict === 'corrected') await writeCorrectedPage(what, rater);
    }
  }

  /** Once more where another reader's verdict came in between: the page must not be older than the table. */
  async #writeCohort(): Promise<void> {
    const { derivative, page, cases } = this.#parts;
    for (let tries = 0; tries < 5; tries++) {
      const before = JSON.stringify(await derivative.reviews.read());
      await page.writeAnew(cases);
      if (JSON.stringify(await derivative.reviews.read()) === before) return;
    }
  }
}

import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { BidsCase } from '@atoll/cases/bids/scan';
import { researchNotice } from '@atoll/engines/notice';
import {
  type CohortCase,
  type CohortFigure,
  type CohortReview,
  writeGroupPage,
} from '@atoll/report/cohort/group-page';
import { htmlFileName, thumbnailFileName } from '@atoll/report/file-names';
import { writeFiles } from '../output-folder.ts';
import { failuresIn, tableKey } from './case-table.ts';
import { type CaseOutcome, cohortCase } from './cohort-case.ts';
import type { Derivative } from './derivative.ts';
import { caseNames, groupPageName } from './derivative-names.ts';
import { frequencyMapName, frequencyPictureName } from './frequency-map.ts';
import { raterOf } from './rater.ts';
import { currentReviews, type JudgedCase, ReaderAgreement } from './reader-agreement.ts';
import { type Review, reviewsOfCase } from './review-table.ts';

/** A case on the page: its row, and which mask the reviews must be of. */
type ListedCase = { readonly row: CohortCase; readonly judged: JudgedCase | null };

/** The page of a whole derivative: a table of all cases with links to their reports, and what its readers did. */
export class CohortPage {
  readonly #derivative: Derivative;
  readonly agreement: ReaderAgreement;

  constructor(derivative: Derivative) {
    this.#derivative = derivative;
    this.agreement = new ReaderAgreement(derivative.reviewed);
  }

  /** From the files alone. @throws AtollError FILE_UNWRITABLE, FILE_UNREADABLE */
  async writeAnew(cases: readonly BidsCase[]): Promise<void> {
    const failures = failuresIn(
      await readFile(join(this.#derivative.root, 'lesions.tsv'), 'utf8').catch(() => ''),
    );
    const reviews = await this.#derivative.reviews.read();
    const listed: ListedCase[] = [];
    // One at a time: what is kept of a report is a row.
    for (const found of cases) {
      const report = await this.#derivative.results.readReport(found);
      const failure = failures.get(tableKey(found));
      const outcome: CaseOutcome =
        report !== null
          ? { status: 'kept', report }
          : failure === undefined
            ? { status: 'waiting' }
            : { status: 'failed', error: { message: failure } };
      listed.push(await this.#list(found, outcome, reviews));
    }
    await this.#write(listed, reviews);
  }

  /** @throws AtollError FILE_UNWRITABLE, FILE_UNREADABLE */
  async write(cases: readonly { readonly found: BidsCase; readonly state: CaseOutcome }[]): Promise<void> {
    const reviews = await this.#derivative.reviews.read();
    const listed = await Promise.all(cases.map(({ found, state }) => this.#list(found, state, reviews)));
    await this.#write(listed, reviews);
  }

  async #list(found: BidsCase, outcome: CaseOutcome, reviews: readonly Review[]): Promise<ListedCase> {
    const { folder, readable } = caseNames(this.#derivative.root, found);
    const names = new Set<string>(await readdir(folder).catch(() => []));
    const pathOf = (own: string | undefined) => {
      if (own === undefined || !names.has(own)) return null;
      return relative(this.#derivative.root, join(folder, own)).split(sep).join('/');
    };
    const named = (wanted: string) => pathOf(readable.find(([name]) => name === wanted)?.[1]);
    const judged =
      'report' in outcome ? { found, engineMaskSha256: outcome.report.provenance.outputSha256 } : null;
    const current = judged === null ? [] : currentReviews(reviews, judged);
    const words = current.flatMap((review): CohortReview[] => {
      const { verdict, rater } = review;
      if (verdict === null) return [];
      const page = verdict === 'corrected' ? pathOf(this.#pageOf(found, rater)) : null;
      return [{ words: `${verdict} by ${rater}`, page }];
    });
    const outdatedReviews = reviewsOfCase(reviews, found).length - current.length;
    const beside = {
      page: named(htmlFileName),
      thumbnail: named(thumbnailFileName),
      reviews: words,
      outdatedReviews,
    };
    return { row: cohortCase(found.id, outcome, beside), judged };
  }

  /** Name of the report of a corrected mask; of a rater whose name was written by hand there may be none. */
  #pageOf(found: BidsCase, rater: string): string | undefined {
    try {
      const { readable } = caseNames(this.#derivative.root, found, raterOf(rater).desc);
      return readable.find(([name]) => name === htmlFileName)?.[1];
    } catch {
      return undefined;
    }
  }

  async #write(listed: readonly ListedCase[], reviews: readonly Review[]): Promise<void> {
    const { root } = this.#derivative;
    const here = new Set(await readdir(root).catch(() => []));
    const figures: CohortFigure[] = here.has(frequencyPictureName)
      ? [
          {
            title: 'Where lesions lie',
            caption: `In what percentage of the patients each voxel of MNI space is marked (${frequencyMapName}).`,
            picture: { path: frequencyPictureName },
          },
        ]
      : [];
    const judged = listed.flatMap((each) => (each.judged === null ? [] : [each.judged]));
    const page = await writeGroupPage({
      title: 'Atoll: infarct masks of a cohort',
      notice: researchNotice,
      cases: listed.map(({ row }) => row),
      figures,
      agreement: await this.agreement.of(judged, reviews),
    });
    await writeFiles(root, new Map([[groupPageName, new TextEncoder().encode(page)]]));
  }
}

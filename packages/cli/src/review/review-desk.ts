import { readdir } from 'node:fs/promises';
import type { BidsCase } from '@atoll/cases/bids/scan';
import { Report as ReportSchema } from '@atoll/contract/report';
import type { ReadingRequest, ReviewCase, ReviewedCase, ReviewList } from '@atoll/contract/review';
import type { LocationWish } from '@atoll/engines/location';
import { territoriesFileName } from '@atoll/engines/location-files';
import type { Report } from '@atoll/engines/report';
import { brainFileName, missedFileName, probabilityFileName } from '@atoll/engines/result-files';
import { reviseSegmentation } from '@atoll/engines/revise';
import { sha256 } from '@atoll/engines/sha256';
import { AtollError } from '@atoll/errors/error';
import type { ReviewFileName, ReviewPort } from '@atoll/server/review/review-server';
import type { z } from 'zod';
import type { CohortPage } from '../derivative/cohort-page.ts';
import type { Derivative } from '../derivative/derivative.ts';
import { caseNames, furtherName } from '../derivative/derivative-names.ts';
import { type Rater, raterOf } from '../derivative/rater.ts';
import { currentReviews } from '../derivative/reader-agreement.ts';
import type { Review } from '../derivative/review-table.ts';
import type { OpenedCases } from './opened-cases.ts';
import { fileUrl, readingOf, type Summary, summaryOf } from './review-summary.ts';

type DeskParts = {
  readonly title: string;
  readonly derivative: Derivative;
  readonly page: CohortPage;
  readonly cases: readonly BidsCase[];
  readonly opened: OpenedCases;
  readonly rater: Rater;
  readonly location: LocationWish | undefined;
  /** A verdict was given: pages say so. */
  readonly onReviewed: (found: BidsCase) => void;
  /** The reader waits for something. */
  readonly onRead: () => void;
};

/** One reader before the results of a derivative: what there is, what they say of it, and what others said. */
export class ReviewDesk implements ReviewPort {
  readonly #parts: DeskParts;
  #summaries: readonly Summary[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  static async open(parts: DeskParts): Promise<ReviewDesk> {
    const desk = new ReviewDesk(parts);
    const summaries: Summary[] = [];
    // One at a time: what is kept of a report is what a list shows.
    for (const found of parts.cases) {
      const report = await parts.derivative.results.readReport(found);
      if (report !== null) summaries.push(summaryOf(found, report));
    }
    desk.#summaries = summaries;
    return desk;
  }

  /** Cases to review. */
  get size(): number {
    return this.#summaries.length;
  }

  async list(): Promise<ReviewList> {
    const { title, rater, cases } = this.#parts;
    const reviews = await this.#parts.derivative.reviews.read();
    const listed: ReviewedCase[] = [];
    for (const summary of this.#summaries) listed.push(await this.#reviewed(summary, reviews));
    return {
      title,
      rater: rater.name,
      cases: listed,
      withoutResult: cases.length - this.#summaries.length,
    };
  }

  /** @throws AtollError CASE_UNKNOWN, RESULT_GONE, RESULT_INPUTS_DIFFER, FILE_UNREADABLE */
  async case(id: string): Promise<ReviewCase> {
    const { derivative, rater, opened } = this.#parts;
    this.#parts.onRead();
    const summary = this.#find(id);
    const { found } = summary;
    const engine = await this.#report(found);
    const files = await opened.open(found, engine);
    const reviewed = await this.#reviewed(summary, await derivative.reviews.read());
    const own =
      reviewed.own?.verdict === 'corrected' ? await derivative.reviewed.readReport(found, rater) : null;
    const names = new Set<string>(await readdir(caseNames(derivative.root, found).folder).catch(() => []));
    const url = (name: ReviewFileName) => fileUrl(id, name);
    const further = (name: ReviewFileName, file: string) =>
      names.has(furtherName(found, file)) ? url(name) : null;
    return {
      summary: reviewed,
      report: ReportSchema.parse(own ?? engine),
      dwiUrl: url('dwi'),
      adcUrl: url('adc'),
      flairUrl: files.flair === undefined ? null : url('flair'),
      referenceUrl: files.reference === undefined ? null : url('reference'),
      engineMaskUrl: url('mask'),
      missedUrl: further('missed', missedFileName),
      brainUrl: further('brain', brainFileName),
      probabilityUrl: further('probability', probabilityFileName),
      territoriesUrl: further('territories', territoriesFileName),
    };
  }

  /** @throws AtollError CASE_UNKNOWN, FILE_UNKNOWN, RESULT_*, FILE_UNREADABLE */
  async file(id: string, name: ReviewFileName): Promise<Uint8Array> {
    const { derivative, opened } = this.#parts;
    const { found } = this.#find(id);
    const bytes = await this.#readFile(found, name, derivative, opened);
    if (bytes === null || bytes === undefined) throw new AtollError('FILE_UNKNOWN');
    return bytes;
  }

  /** The corrected mask of a reader; of another one only once the reader has given a verdict. */
  async correctedMask(id: string, raterName: string): Promise<Uint8Array> {
    const { derivative } = this.#parts;
    const summary = this.#find(id);
    const { own, others } = await this.#reviewed(summary, await derivative.reviews.read());
    const reading = [own, ...others].find((each) => each?.rater === raterName);
    const bytes =
      reading?.verdict === 'corrected'
        ? await derivative.reviewed.read(summary.found, raterOf(raterName))
        : null;
    if (bytes === null) throw new AtollError('FILE_UNKNOWN');
    return bytes;
  }

  /**
   * Keeps what the reader says of a case: the mask first and the line of the table last, so that a line that is there
   * is true. One after the other.
   * @throws AtollError CASE_UNKNOWN, REVISION_UNFIT, MASK_*, IMAGE_*, RESULT_*, FILE_UNWRITABLE
   */
  give(id: string, wanted: z.output<typeof ReadingRequest>, mask: Uint8Array | null): Promise<ReviewedCase> {
    const given = this.#turn.then(() => this.#giveNow(id, wanted, mask));
    this.#turn = given.catch(() => undefined);
    return given;
  }

  async #giveNow(
    id: string,
    { verdict, note }: z.output<typeof ReadingRequest>,
    mask: Uint8Array | null,
  ): Promise<ReviewedCase> {
    const { derivative, rater } = this.#parts;
    const summary = this.#find(id);
    const { found } = summary;
    const engine = await this.#report(found);
    const engineMaskSha256 = engine.provenance.outputSha256;
    if ((verdict === 'corrected') !== (mask !== null)) {
      const words =
        mask === null ? 'A corrected mask must be sent along.' : 'Only a correction comes with a mask.';
      throw new AtollError('REVISION_UNFIT', words);
    }
    const date = new Date().toISOString();
    const said = {
      subject: found.subject,
      session: found.session,
      rater: rater.name,
      note,
      volumeBeforeMl: engine.volumeMl,
      date,
      engineMaskSha256,
    };
    const reviews = await derivative.reviews.read();
    const before = currentReviews(reviews, { found, engineMaskSha256 }).find(
      (each) => each.rater === rater.name,
    );
    if (verdict === null) {
      // A note beside a verdict leaves it as it is.
      const nothing = { verdict: null, volumeAfterMl: null, diceWithEngine: null, maskSha256: null };
      await derivative.reviews.put({ ...(before ?? { ...said, ...nothing }), note, date });
    } else if (verdict === 'rejected') {
      await derivative.reviews.put({
        ...said,
        verdict,
        volumeAfterMl: null,
        diceWithEngine: null,
        maskSha256: null,
      });
      await derivative.reviewed.remove(found, rater);
    } else {
      const standing = await this.#stand(found, engine, { verdict, note, date }, mask);
      await derivative.reviewed.write(found, rater, engine, standing);
      await derivative.reviews.put({
        ...said,
        verdict,
        volumeAfterMl: standing.volumeMl,
        diceWithEngine: standing.diceWithEngine,
        maskSha256: await sha256(standing.maskFile),
      });
    }
    this.#parts.onReviewed(found);
    return this.#reviewed(summary, await derivative.reviews.read());
  }

  async #stand(
    found: BidsCase,
    engine: Report,
    review: { readonly verdict: 'accepted' | 'corrected'; readonly note: string; readonly date: string },
    mask: Uint8Array | null,
  ) {
    const { derivative, opened, rater, location } = this.#parts;
    const engineMask = await derivative.results.readMask(found);
    if ((await sha256(engineMask)) !== engine.provenance.outputSha256) {
      throw new AtollError(
        'RESULT_DAMAGED',
        'The mask of this case is not the one that its report is about.',
      );
    }
    const { verdict, note, date } = review;
    if (mask === null) {
      const { volumeMl } = engine;
      return { verdict, note, date, maskFile: engineMask, volumeMl, diceWithEngine: 1, report: null };
    }
    const { dwi, adc, reference } = await opened.open(found, engine);
    const brain = (await derivative.results.readFurther(found, brainFileName)) ?? undefined;
    const { report, maskFile } = await reviseSegmentation({
      files: { dwi, adc, reference, brain },
      engine: { mask: engineMask, report: engine },
      parent: { number: 0, mask: engineMask },
      mask,
      review: { author: rater.name, note, verdict },
      of: null,
      createdAt: new Date(date),
      location,
    });
    const { volumeMl, revision } = report;
    return { verdict, note, date, maskFile, volumeMl, diceWithEngine: revision.sinceEngine.dice, report };
  }

  #find(id: string): Summary {
    const summary = this.#summaries.find((each) => each.id === id);
    if (summary === undefined) throw new AtollError('CASE_UNKNOWN');
    return summary;
  }

  async #report(found: BidsCase): Promise<Report> {
    const report = await this.#parts.derivative.results.readReport(found);
    if (report === null) throw new AtollError('RESULT_GONE');
    return report;
  }

  async #readFile(
    found: BidsCase,
    name: ReviewFileName,
    { results }: Derivative,
    opened: OpenedCases,
  ): Promise<Uint8Array | null | undefined> {
    switch (name) {
      case 'mask':
        return results.readMask(found);
      case 'missed':
        return results.readFurther(found, missedFileName);
      case 'brain':
        return results.readFurther(found, brainFileName);
      case 'probability':
        return results.readFurther(found, probabilityFileName);
      case 'territories':
        return results.readFurther(found, territoriesFileName);
      default:
        return (await opened.open(found, await this.#report(found)))[name];
    }
  }

  async #reviewed(summary: Summary, all: readonly Review[]): Promise<ReviewedCase> {
    const { found, engineMaskSha256, ...shown } = summary;
    const { rater, page } = this.#parts;
    const current = currentReviews(all, summary);
    const own = current.find((each) => each.rater === rater.name) ?? null;
    // Each reads alone: what others said comes after what the reader says.
    const others = own?.verdict == null ? [] : current.filter((each) => each.rater !== rater.name);
    const dices = own?.diceWithEngine == null ? [] : [own.diceWithEngine];
    for (const other of others) {
      const dice = own === null ? null : await page.agreement.dice(found, own, other);
      if (dice !== null) dices.push(dice);
    }
    return {
      ...shown,
      own: own === null ? null : readingOf(found.id, own),
      others: others.map((each) => readingOf(found.id, each)),
      leastDice: dices.length === 0 ? null : Math.min(...dices),
      verdictsDiffer: others.some(({ verdict }) => verdict !== null && verdict !== own?.verdict),
    };
  }
}

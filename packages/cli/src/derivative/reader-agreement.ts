import type { BidsCase } from '@atoll/cases/bids/scan';
import { sha256 } from '@atoll/engines/sha256';
import type { CohortAgreement, PairedCase, RaterPair } from '@atoll/report/cohort/agreement';
import { sameGrid } from '@atoll/volume/affine';
import { readNiftiMask } from '@atoll/volume/nifti-read';
import { raterOf } from './rater.ts';
import { type Review, reviewsOfCase } from './review-table.ts';
import type { ReviewedMasks } from './reviewed-masks.ts';

/** A case with the engine's mask as it is now. */
export type JudgedCase = { readonly found: BidsCase; readonly engineMaskSha256: string };

/** More pairs than this make no page that anybody reads. */
const mostPairs = 10;

/** Reviews of the mask that is there now; those of an earlier one say nothing of it. */
export function currentReviews(
  reviews: readonly Review[],
  { found, engineMaskSha256 }: JudgedCase,
): Review[] {
  return reviewsOfCase(reviews, found).filter((each) => each.engineMaskSha256 === engineMaskSha256);
}

/** How far the readers of a derivative agree. Keeps what it computed, by the masks' hashes. */
export class ReaderAgreement {
  readonly #masks: ReviewedMasks;
  readonly #dices = new Map<string, number | null>();

  constructor(masks: ReviewedMasks) {
    this.#masks = masks;
  }

  /** null while nobody gave a verdict. Reads two masks at a time, so that its memory knows no number of cases. */
  async of(cases: readonly JudgedCase[], reviews: readonly Review[]): Promise<CohortAgreement | null> {
    const judged = cases
      .map((each) => ({
        ...each,
        reviews: currentReviews(reviews, each).filter(({ verdict }) => verdict !== null),
      }))
      .filter((each) => each.reviews.length > 0);
    const raters = [...new Set(judged.flatMap((each) => each.reviews.map(({ rater }) => rater)))].sort(
      (a, b) => a.localeCompare(b, 'en'),
    );
    if (raters.length === 0) return null;
    const counts = raters.map((rater) => {
      const own = judged.flatMap((each) => each.reviews.filter((review) => review.rater === rater));
      const count = (verdict: Review['verdict']) => own.filter((each) => each.verdict === verdict).length;
      return {
        rater,
        accepted: count('accepted'),
        corrected: count('corrected'),
        rejected: count('rejected'),
      };
    });
    const withEngine = raters.map(
      (rater): RaterPair => ({
        names: [rater, 'the engine'],
        cases: judged.flatMap(({ found, reviews }): PairedCase[] =>
          reviews.flatMap(({ rater: by, volumeAfterMl, volumeBeforeMl, diceWithEngine }) =>
            by !== rater || volumeAfterMl === null || volumeBeforeMl === null || diceWithEngine === null
              ? []
              : [{ id: found.id, volumesMl: [volumeAfterMl, volumeBeforeMl], dice: diceWithEngine }],
          ),
        ),
        verdicts: null,
      }),
    );
    const pairs: RaterPair[] = [];
    for (const [at, one] of raters.entries()) {
      for (const other of raters.slice(at + 1)) {
        if (pairs.length + withEngine.length < mostPairs) pairs.push(await this.#pair(judged, one, other));
      }
    }
    return { raters: counts, pairs: [...pairs, ...withEngine] };
  }

  async #pair(
    judged: readonly { readonly found: BidsCase; readonly reviews: readonly Review[] }[],
    one: string,
    other: string,
  ): Promise<RaterPair> {
    const cases: PairedCase[] = [];
    let [same, all] = [0, 0];
    for (const { found, reviews } of judged) {
      const [a, b] = [one, other].map((rater) => reviews.find((each) => each.rater === rater));
      if (a === undefined || b === undefined) continue;
      all++;
      if (a.verdict === b.verdict) same++;
      const dice = await this.dice(found, a, b);
      if (dice === null || a.volumeAfterMl === null || b.volumeAfterMl === null) continue;
      cases.push({ id: found.id, volumesMl: [a.volumeAfterMl, b.volumeAfterMl], dice });
    }
    return { names: [one, other], cases, verdicts: { same, all } };
  }

  /** Of the masks that two readers left; null where one left none, or another than the table says is there. */
  async dice(found: BidsCase, a: Review, b: Review): Promise<number | null> {
    if (a.maskSha256 === null || b.maskSha256 === null) return null;
    if (a.maskSha256 === b.maskSha256) return 1;
    const key = [a.maskSha256, b.maskSha256].sort().join();
    const known = this.#dices.get(key);
    if (known !== undefined) return known;
    const dice = await this.#computed(found, a, b);
    this.#dices.set(key, dice);
    return dice;
  }

  async #computed(found: BidsCase, a: Review, b: Review): Promise<number | null> {
    try {
      const [one, other] = await Promise.all([a, b].map((each) => this.#mask(found, each)));
      if (one === null || other === null || !sameGrid(one, other)) return null;
      let [both, sum] = [0, 0];
      for (let at = 0; at < one.data.length; at++) {
        both += one.data[at] & other.data[at];
        sum += one.data[at] + other.data[at];
      }
      return sum === 0 ? 1 : (2 * both) / sum;
    } catch {
      return null;
    }
  }

  async #mask(found: BidsCase, { rater, maskSha256 }: Review) {
    const file = await this.#masks.read(found, raterOf(rater));
    return file === null || (await sha256(file)) !== maskSha256 ? null : readNiftiMask(file);
  }
}

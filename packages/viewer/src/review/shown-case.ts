import type { Report } from '@atoll/contract/report';
import type { ReviewCase } from '@atoll/contract/review';
import type { EditSource } from '../editing/edit-source.ts';
import type { ImageSet } from '../images/image-set.ts';
import type { LookedAt } from '../second-look/source.ts';

/** Another mask of the case, to be laid over its images. */
type OtherMask = { readonly id: string; readonly title: string; readonly url: string };

/** A case of a review as the image views take it. */
type ShownCase = {
  /** Changes with the mask on show. */
  readonly id: string;
  readonly report: Report;
  readonly images: ImageSet;
  readonly lookedAt: LookedAt;
  readonly territoriesUrl: string | null;
  readonly probabilityUrl: string | null;
  readonly otherMasks: readonly OtherMask[];
  /** What would be edited: the engine's mask, or the reader's own correction of it. */
  readonly edited: Omit<EditSource, 'end'>;
};

/** @param urlOf the address of a file of the review's server. */
export function shownCase(shown: ReviewCase, urlOf: (path: string) => string): ShownCase {
  const { summary, report } = shown;
  const { own, others } = summary;
  const urlOrNull = (path: string | null) => (path === null ? null : urlOf(path));
  const corrected = own?.maskUrl ?? null;
  const id = `review ${summary.id} ${report.provenance.outputSha256}`;
  const mask = urlOf(corrected ?? shown.engineMaskUrl);
  const [flair, reference] = [urlOrNull(shown.flairUrl), urlOrNull(shown.referenceUrl)];
  const byOthers = others.flatMap(({ rater, maskUrl, date }): OtherMask[] =>
    maskUrl === null
      ? []
      : [{ id: `${id} ${rater} ${date}`, title: `Mask of ${rater}`, url: urlOf(maskUrl) }],
  );
  return {
    id,
    report,
    images: {
      key: id,
      urls: {
        dwi: urlOf(shown.dwiUrl),
        adc: urlOf(shown.adcUrl),
        ...(flair === null ? {} : { flair }),
        ...(reference === null ? {} : { reference }),
        mask,
      },
    },
    lookedAt: {
      id,
      report,
      // Held against the engine's own mask, and beside it alone.
      missed: corrected === null ? urlOrNull(shown.missedUrl) : null,
      brain: urlOrNull(shown.brainUrl),
    },
    edited: {
      key: id,
      dwi: urlOf(shown.dwiUrl),
      adc: urlOf(shown.adcUrl),
      mask,
      candidates: corrected === null ? urlOrNull(shown.missedUrl) : null,
    },
    territoriesUrl: urlOrNull(shown.territoriesUrl),
    probabilityUrl: urlOrNull(shown.probabilityUrl),
    otherMasks: [
      ...(corrected === null
        ? []
        : [{ id: `${id} engine`, title: 'The engine’s mask', url: urlOf(shown.engineMaskUrl) }]),
      ...byOthers,
    ],
  };
}

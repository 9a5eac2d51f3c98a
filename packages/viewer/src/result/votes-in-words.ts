import type { Report } from '@atoll/contract/report';
import { titlesOf } from '@atoll/report/engine-titles';

type Ensemble = NonNullable<Report['ensemble']>;

/**
 * Which engines marked a lesion of the mask, in words, and how much of it where not all; null where one engine made the
 * mask. Of a joined mask, one lesion may be an infarct that one engine marked and something beside it of another.
 */
export function votesInWords(
  ensemble: Pick<Ensemble, 'parts' | 'lesionVotes'> | undefined,
  lesionId: number,
): string | null {
  const votes = ensemble?.lesionVotes.find((each) => each.lesionId === lesionId);
  if (ensemble === undefined || votes === undefined) return null;
  const titleOf = titlesOf(ensemble);
  const marking = votes.shares.filter(({ share }) => share > 0);
  const count = `Marked by ${marking.length} of ${votes.shares.length}`;
  if (marking.length === votes.shares.length && marking.every(({ share }) => share === 1)) return count;
  const each = marking.map(({ engine, share }) =>
    share === 1 ? titleOf(engine) : `${titleOf(engine)} (${shareInWords(share)} of it)`,
  );
  return `${count}: ${each.join(', ')}`;
}

/** @param share more than 0, and less than 1: never rounded to either */
function shareInWords(share: number): string {
  const percent = Math.round(100 * share);
  if (percent === 0) return 'less than 1 %';
  return percent === 100 ? 'more than 99 %' : `${percent} %`;
}

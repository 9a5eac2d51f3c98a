import type { RevisionSummary } from '@atoll/contract/revisions';

const verdicts = { accepted: 'Accepted', corrected: 'Corrected', rejected: 'Rejected' } as const;

/** Who stands behind a mask, as results and lists of them say it. */
export function standingWords(review: Pick<RevisionSummary, 'verdict' | 'author'> | null): string {
  return review === null ? 'Engine' : `${verdicts[review.verdict]} by ${review.author}`;
}

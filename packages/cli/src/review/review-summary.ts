import type { BidsCase } from '@atoll/cases/bids/scan';
import type { Reading, ReviewedCase } from '@atoll/contract/review';
import type { Report } from '@atoll/engines/report';
import type { ReviewFileName } from '@atoll/server/review/review-server';
import { cohortCase } from '../derivative/cohort-case.ts';
import type { Review } from '../derivative/review-table.ts';

/** What a list shows of a result, kept while its report is the same. */
export type Summary = Omit<ReviewedCase, 'own' | 'others' | 'leastDice' | 'verdictsDiffer'> & {
  readonly found: BidsCase;
  readonly engineMaskSha256: string;
};

export function summaryOf(found: BidsCase, report: Report): Summary {
  const beside = { page: null, thumbnail: null, reviews: [], outdatedReviews: 0 };
  const { location, possiblyMissedMl } = cohortCase(found.id, { status: 'kept', report }, beside);
  const count = (severity: string) => report.warnings.filter((each) => each.severity === severity).length;
  return {
    found,
    engineMaskSha256: report.provenance.outputSha256,
    id: found.id,
    volumeMl: report.volumeMl,
    lesionCount: report.lesionCount,
    location,
    seriousWarnings: count('serious'),
    cautions: count('caution'),
    possiblyMissedMl,
  };
}

export function fileUrl(id: string, name: ReviewFileName): string {
  return `/api/review/cases/${encodeURIComponent(id)}/files/${name}.nii.gz`;
}

function correctedUrl(id: string, rater: string): string {
  return `/api/review/cases/${encodeURIComponent(id)}/corrected/${encodeURIComponent(rater)}`;
}

/** What one reader said, as the page is told it. */
export function readingOf(caseId: string, review: Review): Reading {
  const { rater, verdict, note, volumeAfterMl: volumeMl, diceWithEngine, date } = review;
  const maskUrl = verdict === 'corrected' ? correctedUrl(caseId, rater) : null;
  return { rater, verdict, note, volumeMl, diceWithEngine, date, maskUrl };
}

import type { Report } from '@atoll/engines/report';
import type { CohortCase } from '@atoll/report/cohort/group-page';

/** How a case came out, as far as pages say it. */
export type CaseOutcome =
  | { readonly status: 'waiting' }
  | { readonly status: 'done' | 'kept'; readonly report: Report }
  | { readonly status: 'failed'; readonly error: { readonly message: string } };

/** A case of a batch as the group page shows it. */
export function cohortCase(
  id: string,
  outcome: CaseOutcome,
  beside: Pick<CohortCase, 'page' | 'thumbnail' | 'reviews' | 'outdatedReviews'>,
): CohortCase {
  const report = 'report' in outcome ? outcome.report : null;
  const location = report?.location?.status === 'located' ? report.location : null;
  return {
    id,
    status: outcome.status === 'kept' ? 'done' : outcome.status,
    volumeMl: report?.volumeMl ?? null,
    lesionCount: report?.lesionCount ?? null,
    location: location === null || report?.lesionCount === 0 ? null : location.whole.phrase,
    possiblyMissedMl: missedMl(report),
    dice: report?.metrics.status === 'computed' ? report.metrics.dice : null,
    warnings: report?.warnings ?? [],
    error: outcome.status === 'failed' ? outcome.error.message : null,
    ...beside,
  };
}

/** What a second look found outside of the mask, in mL; null where there was none. */
export function missedMl(report: Report | null): number | null {
  const look = report?.plainLook;
  return look?.status === 'done' ? look.missed.reduce((sum, { volumeMl }) => sum + volumeMl, 0) : null;
}

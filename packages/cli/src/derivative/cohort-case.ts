import type { CohortCase } from '@atoll/report/cohort/group-page';
import type { CaseState } from './case-table.ts';

/** A case of a batch as the group page shows it. */
export function cohortCase(
  id: string,
  state: CaseState,
  page: string | null,
  thumbnail: string | null,
): CohortCase {
  const report = 'report' in state ? state.report : null;
  const look = report?.plainLook?.status === 'done' ? report.plainLook : null;
  const location = report?.location?.status === 'located' ? report.location : null;
  return {
    id,
    status: state.status === 'kept' ? 'done' : state.status,
    page,
    thumbnail,
    volumeMl: report?.volumeMl ?? null,
    lesionCount: report?.lesionCount ?? null,
    location: location === null || report?.lesionCount === 0 ? null : location.whole.phrase,
    possiblyMissedMl: look?.missed.reduce((sum, { volumeMl }) => sum + volumeMl, 0) ?? null,
    dice: report?.metrics.status === 'computed' ? report.metrics.dice : null,
    warnings: report?.warnings ?? [],
    error: state.status === 'failed' ? state.error.message : null,
    reviews: [],
  };
}

import type { Job } from '@atoll/contract/jobs';

/** Why two runs have no figures in common. */
export type Obstacle = 'other-case' | 'not-completed' | 'grids-differ' | 'unreadable';

/** What can be known to stand in the way of a comparison before the masks are here; null if nothing. */
export function obstacleOf(
  shown: Pick<Job, 'caseId'>,
  other: Pick<Job, 'caseId' | 'status' | 'result'>,
): { readonly obstacle: Obstacle; readonly detail: string } | null {
  if (other.caseId !== shown.caseId) {
    return { obstacle: 'other-case', detail: 'The other run is of a different case.' };
  }
  if (other.status === 'pending' || other.status === 'running') {
    return {
      obstacle: 'not-completed',
      detail: 'The other run has not finished yet; it will be shown then.',
    };
  }
  if (other.result === null) return { obstacle: 'not-completed', detail: 'The other run has no result.' };
  return null;
}

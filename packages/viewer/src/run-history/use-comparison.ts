import type { Job } from '@atoll/contract/jobs';
import { AtollError } from '@atoll/errors/error';
import type { Agreement } from '@atoll/volume/metrics';
import { useQuery } from '@tanstack/react-query';
import { useConnection } from '../connection/connection.ts';
import { fetchVolume } from '../images/fetch-volume.ts';
import { type Layer, otherRunLook } from '../images/layer.ts';
import type { JobQuery } from '../job/use-job.ts';
import { compareInWorker } from './mask-comparison.ts';
import { type Obstacle, obstacleOf } from './obstacle.ts';

/** How the runs agree: the other one is the prediction, the one that is shown the reference. */
export type Comparison =
  | { readonly state: 'waiting' }
  | { readonly state: 'compared'; readonly agreement: Agreement }
  | { readonly state: 'impossible'; readonly obstacle: Obstacle; readonly detail: string }
  | { readonly state: 'failed'; readonly error: unknown; readonly retry: () => void };

export type Compared = {
  /** null where nothing is to be compared. */
  readonly comparison: Comparison | null;
  /** The other run's mask, to be laid over the images. */
  readonly layers: readonly Layer[];
};

const nothing: Compared = { comparison: null, layers: [] };

/** Compares the shown run with another one of its case. */
export function useComparison(shown: Job | null, otherId: string | null, other: JobQuery): Compared {
  const { patience } = useConnection();
  const pair = pairOf(shown, other.data ?? null);
  const figures = useQuery({
    queryKey: ['comparison', pair?.shown ?? null, pair?.other ?? null],
    queryFn: async ({ signal }) => {
      const get = async (url: string) => {
        const fetch = (limit: AbortSignal) => fetchVolume(url, 'mask', limit, () => undefined);
        return (await patience.run(fetch, { signal, isLong: true })).bytes;
      };
      const [one, two] = await Promise.all([get(pair?.shown ?? ''), get(pair?.other ?? '')]);
      return compareInWorker({ shown: one, other: two }, signal);
    },
    enabled: pair !== null,
    // Results never change.
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (otherId === null || shown?.result == null) return nothing;
  if (other.data === undefined) {
    if (!other.isError) return { comparison: { state: 'waiting' }, layers: [] };
    const failed = { state: 'failed', error: other.error, retry: () => other.refetch() } as const;
    return { comparison: failed, layers: [] };
  }
  const obstacle = obstacleOf(shown, other.data);
  if (obstacle !== null) return { comparison: { state: 'impossible', ...obstacle }, layers: [] };
  const url = other.data.result?.predictionUrl ?? '';
  const layers = [{ id: `run ${otherId}`, source: url, title: 'Compared run', look: otherRunLook }];
  return { comparison: comparisonOf(figures), layers };
}

type Figures = {
  readonly data: Agreement | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
};

function comparisonOf({ data, error, refetch }: Figures): Comparison {
  if (data !== undefined) return { state: 'compared', agreement: data };
  if (error === null) return { state: 'waiting' };
  if (error instanceof AtollError && error.code.startsWith('IMAGE_')) {
    const obstacle = error.code === 'IMAGE_GRIDS_DIFFER' ? 'grids-differ' : 'unreadable';
    return { state: 'impossible', obstacle, detail: error.message };
  }
  return { state: 'failed', error, retry: () => refetch() };
}

/** Where the masks are, if both are there. */
function pairOf(shown: Job | null, other: Job | null): { shown: string; other: string } | null {
  if (shown?.result == null || other?.result == null || obstacleOf(shown, other) !== null) return null;
  return { shown: shown.result.predictionUrl, other: other.result.predictionUrl };
}

import type { Job } from '@atoll/contract/jobs';
import { type UseQueryResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client, isPassing } from '../app/api.ts';

const ended = new Set(['completed', 'failed', 'cancelled']);

export function hasEnded(job: Job): boolean {
  return ended.has(job.status);
}

export type JobQuery = UseQueryResult<Job>;

/** The job as the service sees it, asked for again and again until it has ended. */
export function useJob(jobId: string | null): JobQuery {
  return useQuery({
    queryKey: ['job', jobId],
    queryFn: ({ signal }) => client.getJob(jobId ?? '', signal),
    enabled: jobId !== null,
    // A service that restarts comes back: the job is still there, so patience pays.
    retry: (failures, error) => failures < 20 && isPassing(error),
    refetchInterval: ({ state }) => {
      if (state.data === undefined || hasEnded(state.data)) return false;
      return (state.data.elapsedSeconds ?? 0) < 15 ? 400 : 1500;
    },
  });
}

/** Asks the service to stop the job's work. */
export function useCancel(jobId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => client.cancelJob(jobId),
    onSuccess: (job) => queries.setQueryData(['job', jobId], job),
    // It may have ended a moment before: show how.
    onError: () => queries.invalidateQueries({ queryKey: ['job', jobId] }),
  });
}

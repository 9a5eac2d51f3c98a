import type { Job } from '@atoll/contract/jobs';
import {
  queryOptions,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useState } from 'react';
import { type Connection, useConnection } from '../connection/connection.ts';
import { useJobEvents } from './use-job-events.ts';

const ended = new Set(['completed', 'failed', 'cancelled']);

export function hasEnded(job: Job): boolean {
  return ended.has(job.status);
}

export type JobQuery = UseQueryResult<Job>;

/**
 * An answer that was long on its way must not bring an ended job back to life: an end is for good. All that still comes
 * to one that has ended are revisions.
 */
export function laterOf(known: Job | undefined, answered: Job): Job {
  if (known === undefined || !hasEnded(known)) return answered;
  const isLater = hasEnded(answered) && (answered.revision?.number ?? 0) > (known.revision?.number ?? 0);
  return isLater ? answered : known;
}

/** How a job is asked for, wherever it is needed. */
export function jobQuery({ client, patience }: Connection, jobId: string) {
  return queryOptions({
    queryKey: ['job', jobId],
    queryFn: async ({ signal, queryKey, client: queries }) => {
      const answered = await patience.run((limit) => client.getJob(jobId, limit), { signal });
      return laterOf(queries.getQueryData<Job>(queryKey), answered);
    },
  });
}

/** The job as the service sees it until it has ended: told by the service, and asked for where it cannot tell. */
export function useJob(jobId: string | null): JobQuery {
  const [open, setOpen] = useState<string | null>(null);
  const hears = useJobEvents(open);
  const query = useQuery({
    ...jobQuery(useConnection(), jobId ?? ''),
    enabled: jobId !== null,
    refetchInterval: ({ state }) => {
      if (state.data === undefined || hasEnded(state.data) || state.status === 'error') return false;
      if (hears) return 10_000;
      return (state.data.elapsedSeconds ?? 0) < 15 ? 400 : 1500;
    },
  });
  // Only a job that is known and under way has anything to tell.
  const wanted = query.data !== undefined && !hasEnded(query.data) ? jobId : null;
  if (wanted !== open) setOpen(wanted);
  return query;
}

/** Asks the service to stop the job's work. */
export function useCancel(jobId: string) {
  const queries = useQueryClient();
  const { client, patience } = useConnection();
  return useMutation({
    mutationFn: () => patience.run((signal) => client.cancelJob(jobId, signal)),
    onSuccess: (job) => queries.setQueryData(['job', jobId], job),
    // It may have ended a moment before: show how.
    onError: () => queries.invalidateQueries({ queryKey: ['job', jobId] }),
  });
}

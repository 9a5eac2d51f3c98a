import type { Job } from '@atoll/contract/jobs';
import type { Revision } from '@atoll/contract/revisions';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useConnection } from '../connection/connection.ts';

/** What stands of a job: what the last reader made of its result, or what the engine found. */
export type Standing = {
  /** The job with the mask, the report and the files that are to be shown. */
  readonly job: Job | null;
  /** Why the last reader's files are not there; null while nothing is wrong. */
  readonly error: Error | null;
  readonly isEngineShown: boolean;
  /** Shows what the engine found, in the last reader's place. */
  showEngine(isShown: boolean): void;
};

export function useStanding(job: Job | null): Standing {
  const { client, patience } = useConnection();
  const [engineShownOf, setEngineShownOf] = useState<string | null>(null);
  const jobId = job?.jobId ?? '';
  const number = job?.revision?.number ?? 0;
  const query = useQuery({
    queryKey: ['revision', jobId, number],
    queryFn: ({ signal }) => patience.run((limit) => client.revision(jobId, number, limit), { signal }),
    enabled: number > 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const isEngineShown = engineShownOf === jobId;
  const revision = number > 0 && !isEngineShown ? query.data : undefined;
  return {
    job: job === null || revision === undefined ? job : withRevision(job, revision),
    error: query.error,
    isEngineShown,
    showEngine: (isShown) => setEngineShownOf(isShown ? jobId : null),
  };
}

/** A job as it reads once its mask was revised. Where it lies in the atlas is drawn as before: the brain is the same. */
function withRevision(job: Job, { maskUrl, reportUrl, missedUrl, zipUrl, report }: Revision): Job {
  if (job.result === null) return job;
  const atlas = job.result.atlas;
  return {
    ...job,
    result: {
      ...job.result,
      volumeMl: report.volumeMl,
      predictionUrl: maskUrl,
      reportUrl,
      missedUrl,
      zipUrl,
      report,
      // The mask in MNI space is the engine's.
      ...(atlas == null ? {} : { atlas: { ...atlas, mni: null } }),
    },
  };
}

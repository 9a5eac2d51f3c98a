import { Job } from '@atoll/contract/jobs';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useConnection } from '../connection/connection.ts';

/**
 * Hears the changes of a job as they happen, and puts them where the query of the job looks.
 * @param jobId null listens to nothing.
 * @returns whether it hears; while it does not, the job must be asked for.
 */
export function useJobEvents(jobId: string | null): boolean {
  const queries = useQueryClient();
  const { client, waits } = useConnection();
  const [hears, setHears] = useState(false);
  useEffect(() => {
    if (jobId === null) return;
    const source = new EventSource(client.jobEventsUrl(jobId));
    source.addEventListener('open', () => {
      setHears(true);
      waits.tryAllNow();
    });
    // It tries again by itself, unless the answer was no stream.
    source.addEventListener('error', () => setHears(false));
    source.addEventListener('job', ({ data }) => {
      const parsed = Job.safeParse(parseJson(data));
      if (parsed.success) queries.setQueryData(['job', jobId], parsed.data);
    });
    return () => {
      source.close();
      setHears(false);
    };
  }, [jobId, queries, client, waits]);
  return hears;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

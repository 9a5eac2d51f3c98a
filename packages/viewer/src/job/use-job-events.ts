import { Job } from '@atoll/contract/jobs';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useConnection } from '../connection/connection.ts';
import { readEvents } from '../connection/event-reader.ts';
import { hasToken } from '../connection/token-fetch.ts';

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
    const url = client.jobEventsUrl(jobId);
    const leaving = new AbortController();
    const onOpen = () => {
      setHears(true);
      waits.tryAllNow();
    };
    const onEnd = () => setHears(false);
    const onJob = (data: string) => {
      const parsed = Job.safeParse(parseJson(data));
      if (parsed.success) queries.setQueryData(['job', jobId], parsed.data);
    };
    if (hasToken()) {
      const onEvent = (name: string, data: string) => name === 'job' && onJob(data);
      void readEvents(url, leaving.signal, { onOpen, onEvent, onEnd });
    } else {
      const source = new EventSource(url);
      source.addEventListener('open', onOpen);
      // It tries again by itself, unless the answer was no stream.
      source.addEventListener('error', onEnd);
      source.addEventListener('job', ({ data }) => onJob(data));
      leaving.signal.addEventListener('abort', () => source.close());
    }
    return () => {
      leaving.abort();
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

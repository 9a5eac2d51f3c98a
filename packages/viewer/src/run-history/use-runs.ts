import { ServiceError } from '@atoll/contract/client';
import type { Job } from '@atoll/contract/jobs';
import { useQueries } from '@tanstack/react-query';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { useConnection } from '../connection/connection.ts';
import { hasEnded, type JobQuery, jobQuery } from '../job/use-job.ts';
import { type KnownRun, knownRunOf } from './known-run.ts';
import { keyOf, type RunStorage, RunStore } from './run-store.ts';

/** A run, and its job as the service sees it once that is known. */
export type ListedRun = { readonly run: KnownRun; readonly job: Job | null };

export type Runs = {
  /** Of the case, last submitted first. */
  readonly list: readonly ListedRun[];
  forget(jobId: string): void;
};

/** A job that the page asks for by itself, such as that of a link. */
export type OpenedJob = { readonly jobId: string | null; readonly query: JobQuery };

/** The runs of a case that this browser knows; those that the service no longer has leave the list. */
export function useRuns(caseId: string | null, opened: readonly OpenedJob[]): Runs {
  const connection = useConnection();
  const [store] = useState(() => new RunStore(connection.address.url, browserStorage()));
  const subscribe = useCallback((listener: () => void) => listen(store, listener), [store]);
  const runs = useSyncExternalStore(subscribe, () => store.runs);
  const ofCase = runs.filter((run) => run.caseId === caseId);
  const isOpened = new Map(opened.map(({ jobId, query }) => [jobId, query]));
  const others = ofCase.filter(({ jobId }) => !isOpened.has(jobId));
  const asked = useQueries({
    queries: others.map(({ jobId }) => ({
      ...jobQuery(connection, jobId),
      staleTime: ({ state }: JobState) =>
        state.data !== undefined && hasEnded(state.data) ? Number.POSITIVE_INFINITY : 0,
      refetchInterval: ({ state }: JobState) =>
        state.data === undefined || hasEnded(state.data) || state.status === 'error' ? false : pollMs,
    })),
  });
  const queries = new Map<string, Answer>();
  others.forEach(({ jobId }, at) => {
    queries.set(jobId, asked[at]);
  });
  for (const { jobId, query } of opened) if (jobId !== null) queries.set(jobId, query);

  // Of what has not changed nothing is written, and nobody told.
  useEffect(() => {
    for (const [jobId, { data, error }] of queries) {
      if (error instanceof ServiceError && isGone(error)) store.forget(jobId);
      else if (data !== undefined) store.remember(knownRunOf(data));
    }
  });
  return {
    list: ofCase.map((run) => ({ run, job: queries.get(run.jobId)?.data ?? null })),
    forget: (jobId) => store.forget(jobId),
  };
}

type JobState = { readonly state: { readonly data: Job | undefined; readonly status: string } };
type Answer = { readonly data: Job | undefined; readonly error: unknown };

/** Jobs that nobody looks at need not be followed closely. */
const pollMs = 2500;

/** It never was, or has expired; an id in the list was right once. */
function isGone({ status }: ServiceError): boolean {
  return status === 404 || status === 410;
}

function listen(store: RunStore, listener: () => void): () => void {
  const onStorage = () => store.refresh();
  const unsubscribe = store.subscribe(listener);
  window.addEventListener('storage', onStorage);
  return () => {
    unsubscribe();
    window.removeEventListener('storage', onStorage);
  };
}

/** null where the browser gives none: even asking may throw. */
function browserStorage(): RunStorage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** Forgets all runs of a service, when somebody leaves the browser to others. */
export function forgetRuns(serviceUrl: string): void {
  try {
    window.localStorage.removeItem(keyOf(serviceUrl));
  } catch {
    // Nothing was kept.
  }
}

import type { ReadingRequest, ReviewCase, ReviewedCase, ReviewList } from '@atoll/contract/review';
import { createReviewClient, type ReviewClient } from '@atoll/contract/review-client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { useConnection } from '../connection/connection.ts';
import { usePlace } from '../viewing/place.ts';
import { type Filter, filtered, firstFilter, nextToDo } from './case-filter.ts';

/** What the reader gives of the case on show. */
type Given = {
  readonly verdict: ReadingRequest['verdict'];
  readonly note: string;
  /** With a correction, and only then. */
  readonly mask: Blob | null;
};

/** A reader's way through the results of a derivative. */
export type ReviewState = {
  readonly list: ReviewList | null;
  readonly listError: unknown;
  readonly filter: Filter;
  setFilter(filter: Filter): void;
  /** What the filter leaves. */
  readonly listed: readonly ReviewedCase[];
  readonly caseId: string | null;
  /** null while it is on its way. */
  readonly shown: ReviewCase | null;
  readonly shownError: unknown;
  goTo(caseId: string): void;
  /** By so many cases of the list; past its ends nowhere. */
  step(by: 1 | -1): void;
  /** Keeps a verdict and goes on; a note alone stays. */
  give(given: Given): void;
  /** The same, waited for. @throws what the server's answer throws. */
  giveAndWait(given: Given): Promise<void>;
  readonly isGiving: boolean;
  readonly giveError: unknown;
  /** Of a file of the review's server. */
  urlOf(path: string): string;
  retry(): void;
};

export function useReview(): ReviewState {
  const { address } = useConnection();
  const client = useMemo((): ReviewClient => createReviewClient(address.url), [address.url]);
  const queries = useQueryClient();
  const [place, go] = usePlace();
  const [filter, setFilter] = useState(firstFilter);
  const list = useQuery({ queryKey: ['review'], queryFn: ({ signal }) => client.list(signal) });
  const cases = list.data?.cases ?? [];
  const listed = useMemo(() => filtered(cases, filter), [cases, filter]);
  const isKnown = cases.some(({ id }) => id === place.caseId);
  // A review that was broken off goes on where nothing is said yet.
  const caseId = isKnown ? place.caseId : (nextToDo(cases, null) ?? cases[0]?.id ?? null);
  const caseQuery = (id: string | null) => ({
    queryKey: ['review case', id],
    queryFn: ({ signal }: { signal: AbortSignal }) => client.case(id ?? '', signal),
    enabled: id !== null,
    staleTime: 60_000,
  });
  const shown = useQuery(caseQuery(caseId));
  const goTo = (id: string) => go({ caseId: id, jobId: null });
  const upcoming = listed[listed.findIndex(({ id }) => id === caseId) + 1]?.id ?? null;
  const isShown = shown.data !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each case on show
  useEffect(() => {
    // The server reads its images meanwhile.
    if (isShown && upcoming !== null) void queries.prefetchQuery(caseQuery(upcoming));
  }, [isShown, upcoming]);

  const giving = useMutation({
    // One after the other, in the order of the keys: none is lost to a reader who is faster than the disk.
    scope: { id: 'review' },
    mutationFn: async ({ id, given: { mask, ...wanted } }: { id: string; given: Given }) =>
      client.give(id, wanted, mask),
    onSuccess: async (reviewed, { given }) => {
      const before = queries.getQueryData<ReviewList>(['review']);
      if (before !== undefined) {
        const next = before.cases.map((each) => (each.id === reviewed.id ? reviewed : each));
        queries.setQueryData<ReviewList>(['review'], { ...before, cases: next });
        if (given.verdict !== null && reviewed.id === caseId) {
          const to = nextToDo(filtered(next, { ...filter, show: 'all' }), reviewed.id);
          if (to !== null) goTo(to);
        }
      }
      await queries.invalidateQueries({ queryKey: ['review case', reviewed.id] });
    },
  });
  // What went wrong with one case is not said of another.
  // biome-ignore lint/correctness/useExhaustiveDependencies: with the case alone
  useEffect(() => giving.reset(), [caseId]);

  return {
    list: list.data ?? null,
    listError: list.error,
    filter,
    setFilter,
    listed,
    caseId,
    shown: shown.data ?? null,
    shownError: shown.error,
    goTo,
    step: (by) => {
      const at = listed.findIndex(({ id }) => id === caseId);
      const to = listed[at === -1 ? 0 : at + by];
      if (to !== undefined) goTo(to.id);
    },
    give: (given) => {
      if (caseId !== null) giving.mutate({ id: caseId, given });
    },
    giveAndWait: async (given) => {
      if (caseId !== null) await giving.mutateAsync({ id: caseId, given });
    },
    isGiving: giving.isPending,
    giveError: giving.error,
    urlOf: (path) => `${client.baseUrl}${path}`,
    retry: () => void (list.isError ? list.refetch() : shown.refetch()),
  };
}

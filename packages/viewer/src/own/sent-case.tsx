import type { CaseDetail } from '@atoll/contract/cases';
import { type UseQueryResult, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { Failure } from '../app/failure.tsx';
import { useConnection } from '../connection/connection.ts';

/** Ids of cases that were sent; knowing one is the right to see it. */
const sentPrefix = 'u-';

/** @param caseId null where the case is in the list. */
export function useSentCase(caseId: string | null): UseQueryResult<CaseDetail> {
  const { client, patience } = useConnection();
  const id = caseId?.startsWith(sentPrefix) ? caseId : null;
  return useQuery({
    queryKey: ['case', id],
    queryFn: ({ signal }) => patience.run((limit) => client.getCase(id ?? '', limit), { signal }),
    enabled: id !== null,
  });
}

type Props = { readonly query: UseQueryResult<CaseDetail>; readonly onDeleted: () => void };

/** A case that somebody sent: in no list, there for whoever has its link, until it expires. */
export function SentCase({ query, onDeleted }: Props) {
  if (query.isError) return <Failure error={query.error} onRetry={() => query.refetch()} />;
  if (query.data === undefined || !query.isEnabled) return null;
  return <Details detail={query.data} onDeleted={onDeleted} />;
}

function Details({ detail, onDeleted }: { detail: CaseDetail; onDeleted: () => void }) {
  const { client, patience } = useConnection();
  const [asked, setAsked] = useState(false);
  const remove = useMutation({
    mutationFn: () => patience.run((signal) => client.removeCase(detail.id, signal)),
    onSuccess: onDeleted,
  });
  return (
    <section className="sent-case" aria-label="Your case">
      <strong>Your case</strong>
      <p className="quiet">
        {detail.images.map((role) => (role === 'reference' ? 'reference' : role.toUpperCase())).join(', ')}
        {detail.expiresAt !== null && `. Deleted ${dayOf(detail.expiresAt)} unless it is used.`} Keep the
        address of this page: it is the only way back.
      </p>
      {asked ? (
        <div className="row">
          <Button className="button" isDisabled={remove.isPending} onPress={() => remove.mutate()}>
            {remove.isPending ? 'Deleting…' : 'Delete for good'}
          </Button>
          <Button className="link" onPress={() => setAsked(false)}>
            Keep it
          </Button>
        </div>
      ) : (
        <Button className="link" onPress={() => setAsked(true)}>
          Delete case and results…
        </Button>
      )}
      {remove.isError && <Failure error={remove.error} />}
    </section>
  );
}

function dayOf(iso: string): string {
  return new Date(iso).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

import type { CaseDetail } from '@atoll/contract/cases';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useAccess } from '../account/access.ts';
import { useConnection } from '../connection/connection.ts';
import { useServedCase } from '../served/served-case.tsx';
import { Failure } from '../ui/failure.tsx';
import { usePlace } from '../viewing/place.ts';
import './upload.css';

/** A case that somebody uploaded: in no list, there for whoever has its link, until it expires. */
export function UploadedCase() {
  const { uploaded: query } = useServedCase();
  const [, go] = usePlace();
  if (query.isError) return <Failure error={query.error} onRetry={() => query.refetch()} />;
  if (query.data === undefined || !query.isEnabled) return null;
  return <Details detail={query.data} onDeleted={() => go({ caseId: null, jobId: null })} />;
}

function Details({ detail, onDeleted }: { detail: CaseDetail; onDeleted: () => void }) {
  const { client, patience } = useConnection();
  const { isAsked, may } = useAccess();
  const [asked, setAsked] = useState(false);
  const remove = useMutation({
    mutationFn: () => patience.run((signal) => client.removeCase(detail.id, signal)),
    onSuccess: onDeleted,
  });
  return (
    <section className="sent-case" aria-label="Uploaded case">
      <strong>Uploaded case</strong>
      <p className="quiet">
        {detail.images.map((role) => (role === 'reference' ? 'reference' : role.toUpperCase())).join(', ')}
        {detail.expiresAt !== null && `. It will be deleted on ${dayOf(detail.expiresAt)} unless it is used.`}{' '}
        {isAsked
          ? 'Only who uploaded it, their group and administrators can see it. Keep the link to this page: it is in no list.'
          : 'Keep the link to this page: it is the only way back to the case.'}
      </p>
      {asked ? (
        <div className="row">
          <Button className="button" isDisabled={remove.isPending} onPress={() => remove.mutate()}>
            {remove.isPending ? 'Deleting…' : 'Delete permanently'}
          </Button>
          <Button className="link" onPress={() => setAsked(false)}>
            Cancel
          </Button>
        </div>
      ) : (
        may.removeCase && (
          <Button className="link" onPress={() => setAsked(true)}>
            Delete case and results…
          </Button>
        )
      )}
      {remove.isError && <Failure error={remove.error} />}
    </section>
  );
}

function dayOf(iso: string): string {
  return new Date(iso).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

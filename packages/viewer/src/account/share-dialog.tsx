import type { ShareSummary } from '@atoll/contract/access';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  Button,
  Dialog,
  DialogTrigger,
  Heading,
  Input,
  Label,
  Modal,
  ModalOverlay,
  Radio,
  RadioGroup,
  TextField,
} from 'react-aria-components';
import { useConnection } from '../connection/connection.ts';
import { Failure } from '../ui/failure.tsx';
import { momentWords } from './until.ts';
import './account.css';
import '../ui/modal.css';

const lives = [
  { hours: 1, words: '1 hour' },
  { hours: 24, words: '1 day' },
  { hours: 168, words: '1 week' },
  { hours: 720, words: '30 days' },
] as const;

/** Makes links to a result, and ends them. */
export default function ShareDialog({ jobId }: { readonly jobId: string }) {
  return (
    <DialogTrigger>
      <Button className="button">Share…</Button>
      <ModalOverlay className="modal-ground" isDismissable>
        <Modal className="modal">
          <Dialog className="dialog share-dialog">
            <Heading slot="title">Share this result</Heading>
            <p className="quiet">
              Whoever has the link can look at this result and save its files until the link ends, without an
              account. They see no other case and change nothing.
            </p>
            <NewLink jobId={jobId} />
            <Links jobId={jobId} />
            <Button slot="close" className="button">
              Close
            </Button>
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}

function NewLink({ jobId }: { readonly jobId: string }) {
  const { client } = useConnection();
  const queries = useQueryClient();
  const [hours, setHours] = useState<number>(168);
  const [isCopied, setCopied] = useState(false);
  const share = useMutation({
    mutationFn: () => client.share({ jobId, hours }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['shares', jobId] }),
  });
  const copy = async (url: string) => {
    // Refused on pages without TLS: the link is there to be marked.
    await navigator.clipboard?.writeText(url).then(
      () => setCopied(true),
      () => undefined,
    );
  };
  return (
    <>
      <RadioGroup
        className="choices inline"
        orientation="horizontal"
        value={String(hours)}
        onChange={(text) => setHours(Number(text))}
      >
        <Label>The link ends after</Label>
        {lives.map((life) => (
          <Radio key={life.hours} value={String(life.hours)} className="choice">
            {life.words}
          </Radio>
        ))}
      </RadioGroup>
      <Button
        className="button primary"
        isDisabled={share.isPending}
        onPress={() => {
          setCopied(false);
          share.mutate();
        }}
      >
        Create link
      </Button>
      {share.error !== null && <Failure error={share.error} />}
      {share.data !== undefined && (
        <div className="new-link" role="status">
          <TextField className="field" value={share.data.url} isReadOnly>
            <Label>Copy it now: it is shown this once</Label>
            <Input onFocus={(event) => event.currentTarget.select()} />
          </TextField>
          <Button className="button" onPress={() => void copy(share.data.url)}>
            {isCopied ? 'Copied' : 'Copy'}
          </Button>
        </div>
      )}
    </>
  );
}

function Links({ jobId }: { readonly jobId: string }) {
  const { client, patience } = useConnection();
  const queries = useQueryClient();
  const list = useQuery({
    queryKey: ['shares', jobId],
    queryFn: ({ signal }) => patience.run((limit) => client.listShares(jobId, limit), { signal }),
  });
  const end = useMutation({
    mutationFn: (shareId: string) => client.endShare(shareId),
    onSettled: () => queries.invalidateQueries({ queryKey: ['shares', jobId] }),
  });
  if (list.error !== null) return <Failure error={list.error} onRetry={() => list.refetch()} />;
  const shares = list.data?.shares ?? [];
  if (shares.length === 0) return null;
  return (
    <section aria-label="Links to this result">
      <h3>Links to this result</h3>
      <ul className="links">
        {shares.map((share) => (
          <li key={share.shareId}>
            <span className={isOver(share) ? 'quiet' : ''}>
              {stateWords(share)}
              <small className="quiet">made {momentWords(share.createdAt)}</small>
            </span>
            {!isOver(share) && (
              <Button className="link" isDisabled={end.isPending} onPress={() => end.mutate(share.shareId)}>
                End now
              </Button>
            )}
          </li>
        ))}
      </ul>
      {end.error !== null && <Failure error={end.error} />}
    </section>
  );
}

function isOver({ revokedAt, expiresAt }: ShareSummary): boolean {
  return revokedAt !== null || new Date(expiresAt) <= new Date();
}

function stateWords(share: ShareSummary): string {
  if (share.revokedAt !== null) return `Revoked ${momentWords(share.revokedAt)}`;
  return `${isOver(share) ? 'Ended' : 'Ends'} ${momentWords(share.expiresAt)}`;
}

import type { CaseFiles } from '@atoll/volume/case-files';
import { useRef, useState } from 'react';
import { useConnection } from '../connection/connection.ts';
import { diagnose } from '../connection/diagnosis.ts';

type UploadState =
  | { readonly status: 'idle' }
  | { readonly status: 'sending' }
  | { readonly status: 'failed'; readonly error: unknown };

export type UploadHandle = {
  readonly state: UploadState;
  send(files: CaseFiles): void;
  cancel(): void;
};

/** Uploads a case to the service once, and tells the id that it got. */
export function useUpload(onUploaded: (caseId: string) => void): UploadHandle {
  const { client, patience } = useConnection();
  const [state, setState] = useState<UploadState>({ status: 'idle' });
  const ending = useRef<AbortController | null>(null);
  return {
    state,
    send: async (files) => {
      ending.current?.abort();
      const ends = new AbortController();
      ending.current = ends;
      setState({ status: 'sending' });
      try {
        const send = (signal: AbortSignal) => unlessBusy(client.addCase({ files: blobsOf(files) }, signal));
        const sent = await patience.run(send, { signal: ends.signal, isLong: true });
        if (ends.signal.aborted) return;
        if ('failure' in sent) throw sent.failure;
        setState({ status: 'idle' });
        onUploaded(sent.answer.caseId);
      } catch (error) {
        if (!ends.signal.aborted) setState({ status: 'failed', error });
      }
    },
    cancel: () => {
      ending.current?.abort();
      setState({ status: 'idle' });
    },
  };
}

/**
 * Lets a busy service be asked again: it has taken nothing. Where an answer is missing it may have, and a second
 * case of the same images must not come of it.
 */
async function unlessBusy<T>(asked: Promise<T>): Promise<{ answer: T } | { failure: unknown }> {
  try {
    return { answer: await asked };
  } catch (failure) {
    if (diagnose(failure) === 'busy') throw failure;
    return { failure };
  }
}

function blobsOf(files: CaseFiles): Record<string, Blob> {
  const blobs: Record<string, Blob> = {};
  for (const [role, bytes] of Object.entries(files)) {
    if (bytes !== undefined) blobs[role] = new Blob([new Uint8Array(bytes)]);
  }
  return blobs;
}

import type { RunFiles } from '@atoll/engines/run';
import { useRef, useState } from 'react';
import { useConnection } from '../connection/connection.ts';

export type SendState =
  | { readonly status: 'idle' }
  | { readonly status: 'sending' }
  | { readonly status: 'failed'; readonly error: unknown };

export type SendHandle = {
  readonly state: SendState;
  send(files: RunFiles): void;
  cancel(): void;
};

/** Sends a case to the service once, and tells the id that it got. */
export function useSending(onSent: (caseId: string) => void): SendHandle {
  const { client } = useConnection();
  const [state, setState] = useState<SendState>({ status: 'idle' });
  const ending = useRef<AbortController | null>(null);
  return {
    state,
    send: async (files) => {
      ending.current?.abort();
      const ends = new AbortController();
      ending.current = ends;
      setState({ status: 'sending' });
      try {
        const { caseId } = await client.addCase({ files: blobsOf(files) }, ends.signal);
        if (ends.signal.aborted) return;
        setState({ status: 'idle' });
        onSent(caseId);
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

function blobsOf(files: RunFiles): Record<string, Blob> {
  const blobs: Record<string, Blob> = {};
  for (const [role, bytes] of Object.entries(files)) {
    if (bytes !== undefined) blobs[role] = new Blob([new Uint8Array(bytes)]);
  }
  return blobs;
}

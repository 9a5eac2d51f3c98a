import type { ErrorCode } from '@atoll/errors/catalogue';
import { AtollError } from '@atoll/errors/error';
import type { Agreement } from '@atoll/volume/metrics';

/** Two mask files, and what the worker says of them. */
export type MaskPair = { readonly shown: ArrayBuffer; readonly other: ArrayBuffer };
export type MaskAnswer =
  | { readonly kind: 'agreement'; readonly agreement: Agreement }
  | { readonly kind: 'error'; readonly code: ErrorCode; readonly message: string };

/**
 * Compares two masks in a worker: large ones take seconds, in which the page must go on.
 * @param pair is moved to the worker, and cannot be used again.
 * @throws AtollError IMAGE_GRIDS_DIFFER, or what makes a file unreadable; the signal's reason.
 */
export function compareInWorker(pair: MaskPair, signal: AbortSignal): Promise<Agreement> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./comparison-worker.ts', import.meta.url), { type: 'module' });
    const settle = (settled: () => void) => {
      worker.terminate();
      signal.removeEventListener('abort', onAbort);
      settled();
    };
    const onAbort = () => settle(() => reject(signal.reason));
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) return onAbort();
    worker.onerror = () => settle(() => reject(new AtollError('INTERNAL')));
    worker.onmessage = ({ data }: MessageEvent<MaskAnswer>) =>
      settle(() =>
        data.kind === 'agreement' ? resolve(data.agreement) : reject(new AtollError(data.code, data.message)),
      );
    worker.postMessage(pair, [pair.shown, pair.other]);
  });
}

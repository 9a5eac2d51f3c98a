import type { ErrorCode } from '@atoll/errors/catalogue';
import { AtollError } from '@atoll/errors/error';
import { runErrand } from '@atoll/threads/errand';
import type { Agreement } from '@atoll/volume/metrics';
import { handOfWorker } from '../workers/hand-of-worker.ts';

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
  return runErrand<MaskAnswer, Agreement>(() => handOfWorker(start()), {
    task: pair,
    transfer: [pair.shown, pair.other],
    signal,
    read: (answer) =>
      answer.kind === 'agreement'
        ? { done: answer.agreement }
        : { failed: new AtollError(answer.code, answer.message) },
    cancelled: (reason) => reason,
    crashed: (cause) => new AtollError('INTERNAL', undefined, { cause }),
  });
}

function start(): Worker {
  return new Worker(new URL('./comparison-worker.ts', import.meta.url), { type: 'module' });
}

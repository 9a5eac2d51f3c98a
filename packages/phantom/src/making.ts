import { Worker } from 'node:worker_threads';
import { AtollError } from '@atoll/errors/error';
import { runErrand } from '@atoll/threads/errand';
import { handOfThread } from '@atoll/threads/node-hand';
import type { PhantomFiles } from './case-files.ts';
import type { PhantomSpec } from './phantom.ts';

/** What the thread of making-thread.ts sends back. */
export type MakingAnswer = { readonly files: PhantomFiles } | { readonly failure: string };

/**
 * Makes a phantom in a thread of its own, so that a server goes on answering meanwhile.
 * @throws AtollError JOB_CANCELLED when aborted (the thread is ended at once), INTERNAL when it fails.
 */
export function makeInThread(spec: PhantomSpec, signal: AbortSignal): Promise<PhantomFiles> {
  const fault = (cause: unknown) => new AtollError('INTERNAL', undefined, { cause });
  return runErrand<MakingAnswer, PhantomFiles>(() => handOfThread(start(spec)), {
    signal,
    read: (answer) =>
      'files' in answer ? { done: answer.files } : { failed: fault(new Error(answer.failure)) },
    cancelled: () => new AtollError('JOB_CANCELLED'),
    crashed: fault,
  });
}

function start(spec: PhantomSpec): Worker {
  return new Worker(new URL('./making-thread.ts', import.meta.url), { workerData: spec });
}

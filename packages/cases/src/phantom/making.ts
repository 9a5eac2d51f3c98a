import { Worker } from 'node:worker_threads';
import { AtollError, asAtollError } from '@atoll/errors/error';
import type { PhantomFiles } from './case-files.ts';
import type { PhantomSpec } from './phantom.ts';

/** What the thread of making-thread.ts sends back. */
export type MakingAnswer = { readonly files: PhantomFiles } | { readonly failure: string };

/**
 * Makes a phantom in a thread of its own, so that a server goes on answering meanwhile.
 * @throws AtollError JOB_CANCELLED when aborted (the thread is ended at once), INTERNAL when it fails.
 */
export async function makeInThread(spec: PhantomSpec, signal: AbortSignal): Promise<PhantomFiles> {
  if (signal.aborted) throw new AtollError('JOB_CANCELLED');
  const thread = new Worker(new URL('./making-thread.ts', import.meta.url), { workerData: spec });
  const { promise, resolve, reject } = Promise.withResolvers<PhantomFiles>();
  const onAbort = () => reject(new AtollError('JOB_CANCELLED'));
  signal.addEventListener('abort', onAbort, { once: true });
  thread.once('message', (answer: MakingAnswer) => {
    if ('files' in answer) resolve(answer.files);
    else reject(new AtollError('INTERNAL', undefined, { cause: new Error(answer.failure) }));
  });
  thread.once('error', (error) => reject(asAtollError(error)));
  thread.once('exit', (code) => {
    const cause = new Error(`The phantom thread ended early, with exit code ${code}.`);
    reject(new AtollError('INTERNAL', undefined, { cause }));
  });
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
    await thread.terminate();
  }
}

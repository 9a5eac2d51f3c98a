import { Worker } from 'node:worker_threads';
import type { ErrorCode } from '@atoll/errors/catalogue';
import { AtollError } from '@atoll/errors/error';
import type { Received } from './received.ts';
import type { Recognised } from './recognition.ts';
import { Turns } from './turns.ts';

export type ThreadTask = {
  readonly received: Received;
  readonly folder: string;
  readonly maxFiles: number;
};

export type ThreadAnswer =
  | { readonly kind: 'done'; readonly recognised: Recognised }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string };

/** Longest for one case, its DICOM included. */
const timeLimitMs = 5 * 60_000;

/** Images are in memory while they are looked at: no more than two cases, and of two clients, at a time. */
const lanes = new Turns(2);

/**
 * `recognise` in a thread of its own, which is ended with it, at the time limit and on abort.
 * @param client whose images they are: no client holds up another one alone.
 * @throws AtollError as `recognise` does; JOB_CANCELLED, DICOM_TIMED_OUT
 */
export function recogniseApart(task: ThreadTask, client: string, signal?: AbortSignal): Promise<Recognised> {
  return lanes.do(client, () => inThread(task, signal));
}

function inThread(task: ThreadTask, signal?: AbortSignal): Promise<Recognised> {
  if (signal?.aborted) return Promise.reject(new AtollError('JOB_CANCELLED'));
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./recognition-thread.ts', import.meta.url), {
      workerData: task,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 1024 },
    });
    const settle = (outcome: () => void) => {
      clearTimeout(clock);
      signal?.removeEventListener('abort', onAbort);
      thread.removeAllListeners();
      // What it does while it ends is of no interest any more, and must not end the process.
      thread.on('error', () => undefined);
      // Only then does nothing write into the folder any more.
      thread.terminate().then(outcome, reject);
    };
    const fail = (error: AtollError) => settle(() => reject(error));
    const onAbort = () => fail(new AtollError('JOB_CANCELLED'));
    const clock = setTimeout(
      () => fail(new AtollError('DICOM_TIMED_OUT', 'Looking at the images took longer than it may.')),
      timeLimitMs,
    );
    signal?.addEventListener('abort', onAbort, { once: true });
    thread.on('error', (cause) => fail(new AtollError('INTERNAL', undefined, { cause })));
    thread.on('exit', () => fail(new AtollError('INTERNAL')));
    thread.on('message', (answer: ThreadAnswer) => {
      if (answer.kind === 'failed') fail(new AtollError(answer.code, answer.message));
      else settle(() => resolve(answer.recognised));
    });
  });
}

import { Worker } from 'node:worker_threads';
import type { ErrorCode } from '@atoll/errors/catalogue';
import { AtollError } from '@atoll/errors/error';
import { runErrand } from '@atoll/threads/errand';
import { handOfThread } from '@atoll/threads/node-hand';
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
export function recogniseApart(
  task: ThreadTask,
  client: string,
  signal?: AbortSignal,
  limitMs = timeLimitMs,
): Promise<Recognised> {
  return lanes.do(client, () => inThread(task, limitMs, signal));
}

function inThread(task: ThreadTask, limitMs: number, signal?: AbortSignal): Promise<Recognised> {
  return runErrand<ThreadAnswer, Recognised>(() => handOfThread(start(task)), {
    signal,
    read: (answer) =>
      answer.kind === 'done'
        ? { done: answer.recognised }
        : { failed: new AtollError(answer.code, answer.message) },
    cancelled: () => new AtollError('JOB_CANCELLED'),
    crashed: (cause) => new AtollError('INTERNAL', undefined, { cause }),
    limit: {
      ms: limitMs,
      passed: () => new AtollError('DICOM_TIMED_OUT', 'Identifying the images took too long.'),
    },
  });
}

function start(task: ThreadTask): Worker {
  return new Worker(new URL('./recognition-thread.ts', import.meta.url), {
    workerData: task,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  });
}

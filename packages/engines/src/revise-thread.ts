import type { LocateTask } from '@atoll/atlas/locate';
import { AtollError } from '@atoll/errors/error';
import { runErrand } from '@atoll/threads/errand';
import { handOfThread } from '@atoll/threads/node-hand';
import type { Revised, RevisionOptions } from './revise.ts';
import { describeFault, type Reply, type RunTask, revive, runThreads, type Word } from './run-thread.ts';

export type ReviseTask = {
  readonly kind: 'revise';
  readonly options: Omit<RevisionOptions, 'location' | 'signal'>;
  readonly location: RunTask['location'];
};

/**
 * `reviseSegmentation` for a process that has requests to answer: on 256 × 256 × 60 voxels it computes for some seconds,
 * and does so in a thread of its own. The locator stays here, and is asked from there.
 * @throws AtollError as `reviseSegmentation` does
 */
export async function reviseInThread({ location, signal, ...options }: RevisionOptions): Promise<Revised> {
  if (signal?.aborted) throw new AtollError('JOB_CANCELLED');
  location?.locator?.prepare?.();
  const worker = runThreads.take();
  const ending = new AbortController();
  const asked = signal === undefined ? ending.signal : AbortSignal.any([signal, ending.signal]);
  let answering: Promise<void> = Promise.resolve();
  const tell = (reply: Reply) => worker.postMessage(reply);
  const locate = async (task: LocateTask) => {
    try {
      tell({ kind: 'located', located: (await location?.locator?.locate(task, { signal: asked })) ?? null });
    } catch (thrown) {
      tell({ kind: 'fault', fault: describeFault(thrown) });
    }
  };
  const task: ReviseTask = {
    kind: 'revise',
    options,
    location:
      location === undefined
        ? null
        : { cutoff: location.cutoff, mni: location.mni, hasLocator: location.locator !== null },
  };
  try {
    return await runErrand<Word, Revised>(() => handOfThread(worker, runThreads), {
      task,
      signal,
      read: (word) => {
        if (word.kind === 'revised') return { done: word.revised };
        if (word.kind === 'failed') {
          const error = revive(word.fault);
          if (error instanceof AtollError) return { failed: error };
          // Nobody knows in what state a thread is that failed in this way.
          throw error;
        }
        if (word.kind !== 'locate') throw new Error('A revision was asked for and something else answered.');
        answering = locate(word.task);
        return null;
      },
      cancelled: () => new AtollError('JOB_CANCELLED'),
      crashed: (cause) => cause,
    });
  } finally {
    ending.abort();
    await answering;
  }
}

import { Worker } from 'node:worker_threads';
import type { Located, LocateTask } from '@atoll/atlas/locate';
import type { ErrorCode } from '@atoll/errors/catalogue';
import { AtollError } from '@atoll/errors/error';
import { runErrand } from '@atoll/threads/errand';
import { handOfThread } from '@atoll/threads/node-hand';
import { WarmThread } from '@atoll/threads/warm-thread';
import type { Engine, Progress, Segmentation, SegmentOptions, Study } from './engine.ts';
import type { LocationWish } from './location.ts';
import type { RunOptions } from './run.ts';

export type Fault = { readonly code: ErrorCode | null; readonly message: string; readonly stack: string };

/** What the thread asks of this side, one thing at a time, and what it is told. */
export type Question =
  | {
      readonly kind: 'segment';
      /** Which engine of an ensemble; null where there is one alone. */
      readonly part: string | null;
      readonly study: Study;
      readonly options: Pick<SegmentOptions, 'preset' | 'options'>;
    }
  | { readonly kind: 'locate'; readonly task: LocateTask };
export type Reply =
  | { readonly kind: 'segmented'; readonly segmentation: Segmentation }
  | { readonly kind: 'located'; readonly located: Located | null }
  | { readonly kind: 'engine-progress'; readonly progress: Progress }
  | { readonly kind: 'locating'; readonly fraction: number }
  | { readonly kind: 'fault'; readonly fault: Fault };
export type Word<Result> =
  | Question
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly fault: Fault };

/** Where lesions lie, without what finds it. */
export type LocationTold = (Omit<LocationWish, 'locator'> & { readonly hasLocator: boolean }) | null;

export function tellLocation(location: LocationWish | undefined): LocationTold {
  if (location === undefined) return null;
  const { cutoff, mni, locator } = location;
  return { cutoff, mni, hasLocator: locator !== null };
}

/** What stays on this side, and is asked from there. */
type Here = {
  readonly location: LocationWish | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onProgress?: RunOptions['onProgress'];
  /** null where no engine takes part. */
  readonly engine: Engine | null;
};

/** Threads that compute runs and revisions, a task at a time. */
const runThreads = new WarmThread(start, 30_000);

/**
 * Gives a task to a thread, and answers what it asks of engine and locator on its way.
 * @throws AtollError JOB_CANCELLED, and what the task ended with; nothing of it goes on then.
 */
export async function askThread<Result>(task: object, here: Here): Promise<Result> {
  const { location, signal, onProgress, engine } = here;
  location?.locator?.prepare?.();
  const worker = runThreads.take();
  // Ends what was asked of the engine when the task ends before it.
  const ending = new AbortController();
  const asked = signal === undefined ? ending.signal : AbortSignal.any([signal, ending.signal]);
  let answering: Promise<void> = Promise.resolve();
  const tell = (reply: Reply) => worker.postMessage(reply);
  const answer = async (question: Question) => {
    try {
      if (question.kind === 'segment') {
        const { part } = question;
        const chosen = part === null ? engine : engine?.parts?.find(({ id }) => id === part);
        if (chosen == null) throw new Error('An engine was asked for where none takes part.');
        const onEngineProgress = (progress: Progress) => tell({ kind: 'engine-progress', progress });
        const given = { ...question.options, signal: asked, onProgress: onEngineProgress };
        tell({ kind: 'segmented', segmentation: await chosen.segment(question.study, given) });
      } else {
        const onFraction = (fraction: number) => tell({ kind: 'locating', fraction });
        const given = { signal: asked, onProgress: onFraction };
        tell({ kind: 'located', located: (await location?.locator?.locate(question.task, given)) ?? null });
      }
    } catch (thrown) {
      tell({ kind: 'fault', fault: describeFault(thrown) });
    }
  };
  try {
    return await runErrand<Word<Result>, Result>(() => handOfThread(worker, runThreads), {
      task,
      signal,
      read: (word) => {
        if (word.kind === 'done') return { done: word.result };
        if (word.kind === 'failed') {
          const error = revive(word.fault);
          if (error instanceof AtollError) return { failed: error };
          // Nobody knows in what state a thread is that failed in this way.
          throw error;
        }
        if (word.kind === 'progress') onProgress?.(word.progress);
        else answering = answer(word);
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

/** Errors do not cross as they are; the code does, and whatever the log needs. */
export function describeFault(thrown: unknown): Fault {
  const stack =
    thrown instanceof Error ? String((thrown.cause instanceof Error ? thrown.cause : thrown).stack) : '';
  if (thrown instanceof AtollError) return { code: thrown.code, message: thrown.message, stack };
  return { code: null, message: thrown instanceof Error ? thrown.message : String(thrown), stack };
}

export function revive({ code, message, stack }: Fault): Error {
  const cause = Object.assign(new Error(message), { stack });
  return code === null ? cause : new AtollError(code, message, { cause });
}

function start(): Worker {
  return new Worker(new URL('./run-worker.ts', import.meta.url), {
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  });
}

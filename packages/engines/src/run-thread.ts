import { Worker } from 'node:worker_threads';
import type { Located, LocateTask } from '@atoll/atlas/locate';
import type { ErrorCode } from '@atoll/errors/catalogue';
import { AtollError } from '@atoll/errors/error';
import { runErrand } from '@atoll/threads/errand';
import { handOfThread } from '@atoll/threads/node-hand';
import { WarmThread } from '@atoll/threads/warm-thread';
import type { CaseFiles } from '@atoll/volume/case-files';
import { checkWish } from './choice.ts';
import type { Engine, Progress, Segmentation, SegmentOptions, Study } from './engine.ts';
import type { LocationWish } from './location.ts';
import type { Revised } from './revise.ts';
import type { RunOptions, RunResult } from './run.ts';

/** What a run says of its engine, which stays where it is. */
type EngineFacts = Pick<
  Engine,
  'id' | 'version' | 'title' | 'description' | 'presets' | 'options' | 'stages' | 'citations'
>;

export type RunTask = {
  readonly kind: 'run';
  readonly engine: EngineFacts;
  readonly files: CaseFiles;
  readonly preset: string;
  readonly options: readonly string[];
  readonly dwiVolume: number | undefined;
  readonly derivation: readonly string[] | undefined;
  readonly maxVoxels: number | undefined;
  readonly location: (Omit<LocationWish, 'locator'> & { readonly hasLocator: boolean }) | null;
};

export type Fault = { readonly code: ErrorCode | null; readonly message: string; readonly stack: string };

/** What the thread asks of this side, one thing at a time, and what it is told. */
export type Question =
  | {
      readonly kind: 'segment';
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
export type Word =
  | Question
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'done'; readonly result: RunResult }
  | { readonly kind: 'revised'; readonly revised: Revised }
  | { readonly kind: 'failed'; readonly fault: Fault };

/** Threads that compute runs and revisions, a task at a time. */
export const runThreads = new WarmThread(start, 30_000);

/**
 * `runSegmentation` for a process that has requests to answer: reading, measuring and looking a second time take up to
 * a second of computing, and go on in a thread of their own. Engine and locator stay here, and are asked from there.
 * @throws AtollError as `runSegmentation` does; nothing of the run goes on then.
 */
export async function runInThread(options: RunOptions): Promise<RunResult> {
  const { engine, files, location, signal, onProgress } = options;
  if (signal?.aborted) throw new AtollError('JOB_CANCELLED');
  const wish = checkWish(engine, { ...options, hasFlair: files.flair !== undefined });
  engine.prepare?.();
  location?.locator?.prepare?.();
  const worker = runThreads.take();
  // Ends what was asked of the engine when the run ends before it.
  const ending = new AbortController();
  const asked = signal === undefined ? ending.signal : AbortSignal.any([signal, ending.signal]);
  let answering: Promise<void> = Promise.resolve();
  const tell = (reply: Reply) => worker.postMessage(reply);
  const answer = async (question: Question) => {
    try {
      if (question.kind === 'segment') {
        const onEngineProgress = (progress: Progress) => tell({ kind: 'engine-progress', progress });
        const given = { ...question.options, signal: asked, onProgress: onEngineProgress };
        tell({ kind: 'segmented', segmentation: await engine.segment(question.study, given) });
      } else {
        const onFraction = (fraction: number) => tell({ kind: 'locating', fraction });
        const given = { signal: asked, onProgress: onFraction };
        tell({ kind: 'located', located: (await location?.locator?.locate(question.task, given)) ?? null });
      }
    } catch (thrown) {
      tell({ kind: 'fault', fault: describeFault(thrown) });
    }
  };
  const { dwiVolume, derivation, maxVoxels } = options;
  const task: RunTask = {
    kind: 'run',
    engine: factsOf(engine),
    files,
    preset: wish.preset,
    options: wish.options,
    dwiVolume,
    derivation,
    maxVoxels,
    location:
      location === undefined
        ? null
        : { cutoff: location.cutoff, mni: location.mni, hasLocator: location.locator !== null },
  };
  try {
    return await runErrand<Word, RunResult>(() => handOfThread(worker, runThreads), {
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
        if (word.kind === 'revised') throw new Error('A run was asked for and a revision was made.');
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

function factsOf(engine: Engine): EngineFacts {
  const { id, version, title, description, presets, options, stages, citations } = engine;
  return { id, version, title, description, presets, options, stages, citations };
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

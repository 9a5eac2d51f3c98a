import { Worker } from 'node:worker_threads';
import type { ErrorCode } from '@atoll/errors/catalogue';
import { AtollError } from '@atoll/errors/error';
import type { Mask, Volume } from '@atoll/volume/volume';
import type { Located, LocateTask } from './locate.ts';
import type { LocateOptions, Locator } from './locator.ts';
import type { AtlasKind } from './regions.ts';

/** Paths of an atlas' files, with the hash that each must have. */
export type AtlasPaths = Readonly<Record<AtlasKind, { readonly path: string; readonly sha256: string }>>;

export type Question =
  | { readonly kind: 'prepare'; readonly paths: AtlasPaths }
  | { readonly kind: 'locate'; readonly paths: AtlasPaths; readonly task: LocateTask };
export type Answer =
  | { readonly kind: 'progress'; readonly fraction: number }
  | { readonly kind: 'done'; readonly located: Located | null }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string };

/** A thread that waits for its next task this long is let go, and the memory of the atlas with it. */
const idleMs = 60_000;
type Warm = { readonly worker: Worker; readonly release: NodeJS.Timeout };
/** One is kept: reading an atlas takes longer than using it. */
let idle: Warm | null = null;

/**
 * Places lesions in a thread of its own, so that whoever waits has the event loop. Tasks are copied, never taken.
 * Aborting ends the thread, wherever its work is.
 */
export class ThreadLocator implements Locator {
  readonly #paths: AtlasPaths;

  constructor(paths: AtlasPaths) {
    this.#paths = paths;
  }

  prepare(): void {
    if (idle !== null) return;
    const worker = start();
    worker.postMessage({ kind: 'prepare', paths: this.#paths } satisfies Question);
    keep(worker);
  }

  locate(task: LocateTask, { signal, onProgress }: LocateOptions = {}): Promise<Located | null> {
    if (signal?.aborted) return Promise.reject(new AtollError('JOB_CANCELLED'));
    const { promise, resolve, reject } = Promise.withResolvers<Located | null>();
    const worker = take();
    const settle = (reusable: boolean) => {
      signal?.removeEventListener('abort', onAbort);
      worker.off('error', onError).off('exit', onExit).off('message', onMessage);
      if (reusable) keep(worker);
      else void worker.terminate();
    };
    const fail = (error: AtollError) => {
      settle(false);
      reject(error);
    };
    const onAbort = () => fail(new AtollError('JOB_CANCELLED'));
    const onError = (cause: unknown) => fail(new AtollError('INTERNAL', undefined, { cause }));
    const onExit = () => fail(new AtollError('INTERNAL', 'The thread of the atlas ended before its work.'));
    const onMessage = (answer: Answer) => {
      if (answer.kind === 'progress') {
        onProgress?.(answer.fraction);
        return;
      }
      settle(true);
      if (answer.kind === 'done') resolve(answer.located);
      else reject(new AtollError(answer.code, answer.message));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    worker.on('error', onError).on('exit', onExit).on('message', onMessage);
    const [adc, brain, mask] = [copyOf(task.adc), copyOf(task.brain), copyOf(task.mask)];
    const lesionNumbers = new Int32Array(task.lesionNumbers);
    const question: Question = {
      kind: 'locate',
      paths: this.#paths,
      task: { ...task, adc, brain, mask, lesionNumbers },
    };
    worker.postMessage(question, [
      adc.data.buffer,
      brain.data.buffer,
      mask.data.buffer,
      lesionNumbers.buffer,
    ]);
    return promise;
  }
}

/** The image alone, without what a reader may have hung onto it, in memory that can be given away. */
function copyOf(image: Volume): Volume<Float32Array<ArrayBuffer>>;
function copyOf(image: Mask): Mask & { readonly data: Uint8Array<ArrayBuffer> };
function copyOf({ shape, affine, data }: Volume | Mask) {
  return {
    shape,
    affine,
    data: data instanceof Float32Array ? new Float32Array(data) : new Uint8Array(data),
  };
}

function start(): Worker {
  // Options of this process, such as --input-type or an inspector's port, are not the worker's.
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { execArgv: [] });
  // One that dies between tasks must neither bring the process down nor be taken again.
  worker.on('error', () => {});
  worker.on('exit', () => {
    if (idle?.worker === worker) idle = null;
  });
  return worker;
}

function take(): Worker {
  if (idle === null) return start();
  const { worker, release } = idle;
  idle = null;
  clearTimeout(release);
  worker.ref();
  return worker;
}

function keep(worker: Worker): void {
  if (idle !== null) {
    void worker.terminate();
    return;
  }
  // Neither the worker nor its clock keeps the process alive.
  worker.unref();
  const release = setTimeout(() => {
    idle = null;
    void worker.terminate();
  }, idleMs).unref();
  idle = { worker, release };
}

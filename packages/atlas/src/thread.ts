import { Worker } from 'node:worker_threads';
import type { ErrorCode } from '@atoll/errors/catalogue';
import { AtollError } from '@atoll/errors/error';
import { runErrand } from '@atoll/threads/errand';
import { handOfThread } from '@atoll/threads/node-hand';
import { WarmThread } from '@atoll/threads/warm-thread';
import { copyOfMask, copyOfVolume } from '@atoll/volume/image-copy';
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

/** Reading an atlas takes longer than using it; when the thread is let go, its memory goes with it. */
const warm = new WarmThread(start, 60_000);

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
    const question: Question = { kind: 'prepare', paths: this.#paths };
    warm.prepare((worker) => worker.postMessage(question));
  }

  locate(task: LocateTask, { signal, onProgress }: LocateOptions = {}): Promise<Located | null> {
    const [adc, brain, mask] = [copyOfVolume(task.adc), copyOfMask(task.brain), copyOfMask(task.mask)];
    const lesionNumbers = new Int32Array(task.lesionNumbers);
    const question: Question = {
      kind: 'locate',
      paths: this.#paths,
      task: { ...task, adc, brain, mask, lesionNumbers },
    };
    return runErrand<Answer, Located | null>(() => handOfThread(warm.take(), warm), {
      task: question,
      transfer: [adc.data.buffer, brain.data.buffer, mask.data.buffer, lesionNumbers.buffer],
      signal,
      read: (answer) => {
        if (answer.kind === 'done') return { done: answer.located };
        if (answer.kind === 'failed') return { failed: new AtollError(answer.code, answer.message) };
        onProgress?.(answer.fraction);
        return null;
      },
      cancelled: () => new AtollError('JOB_CANCELLED'),
      crashed: (cause) => new AtollError('INTERNAL', undefined, { cause }),
    });
  }
}

function start(): Worker {
  // Options of this process, such as --input-type or an inspector's port, are not the worker's.
  return new Worker(new URL('./worker.ts', import.meta.url), { execArgv: [] });
}

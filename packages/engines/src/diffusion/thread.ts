import { Worker } from 'node:worker_threads';
import type { ErrorCode } from '@atoll/errors/catalogue';
import { AtollError } from '@atoll/errors/error';
import { WarmThread } from '@atoll/threads/warm-thread';
import { copyOfVolume } from '@atoll/volume/image-copy';
import type { Volume } from '@atoll/volume/volume';
import type { Progress, Segmentation, SegmentOptions, Study } from '../engine.ts';
import { type Bounds, boundsOf } from './bounds.ts';
import { asEngineFault } from './fault.ts';
import type { PresetId } from './parameters.ts';

export type Task = { readonly dwi: Volume; readonly adc: Volume; readonly preset: PresetId };
export type Answer =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'done'; readonly segmentation: Segmentation }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string };

/** Of plain objects; typed arrays, which do not count here, are watched. */
const resourceLimits = { maxOldGenerationSizeMb: 1024 };
const watchEveryMs = 250;

/** Starting one and compiling its code costs more than a small case. */
const warm = new WarmThread(start, 30_000);

/**
 * Runs the pipeline in a worker thread. The study is copied, never taken. Aborting ends the thread itself, so
 * that the work stops at once wherever it is; so does taking more than its bounds.
 * @throws AtollError STUDY_*, JOB_CANCELLED, ENGINE_FAILED when the thread dies, ENGINE_OUT_OF_MEMORY,
 *   ENGINE_TIMED_OUT
 */
export function segmentInThread(
  study: Study,
  preset: PresetId,
  { signal, onProgress }: Pick<SegmentOptions, 'signal' | 'onProgress'> = {},
  bounds: Bounds = boundsOf(study),
): Promise<Segmentation> {
  if (signal?.aborted) return Promise.reject(new AtollError('JOB_CANCELLED'));
  return new Promise((resolve, reject) => {
    const worker = warm.take();
    const settle = (outcome: () => void, reusable: boolean) => {
      clearTimeout(deadline);
      clearInterval(watch);
      signal?.removeEventListener('abort', onAbort);
      // One by one: the worker holds listeners of its own.
      worker.off('error', onError).off('exit', onExit).off('message', onMessage);
      if (reusable) warm.keep(worker);
      else void worker.terminate();
      outcome();
    };
    const fail = (error: AtollError) => settle(() => reject(error), false);
    const onAbort = () => fail(new AtollError('JOB_CANCELLED'));
    const onError = (cause: unknown) => fail(asEngineFault(cause));
    const onExit = () =>
      fail(new AtollError('ENGINE_FAILED', 'The engine thread ended before its work was done.'));
    const onMessage = (answer: Answer) => {
      if (answer.kind === 'progress') onProgress?.(answer.progress);
      else if (answer.kind === 'done') settle(() => resolve(answer.segmentation), true);
      else settle(() => reject(new AtollError(answer.code, answer.message)), true);
    };
    const deadline = setTimeout(() => fail(new AtollError('ENGINE_TIMED_OUT')), bounds.deadlineMs);
    const watch = setInterval(() => {
      worker.getHeapStatistics().then(
        ({ external_memory: taken }) => {
          if (taken > bounds.memoryBytes) fail(outOfMemory(taken));
        },
        // It has ended, which is told otherwise.
        () => undefined,
      );
    }, watchEveryMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    worker.on('error', onError).on('exit', onExit).on('message', onMessage);
    const dwi = copyOfVolume(study.dwi);
    const adc = copyOfVolume(study.adc);
    const task: Task = { dwi, adc, preset };
    worker.postMessage(task, [dwi.data.buffer, adc.data.buffer]);
  });
}

function outOfMemory(takenBytes: number): AtollError {
  return new AtollError(
    'ENGINE_OUT_OF_MEMORY',
    `The engine took ${Math.round(takenBytes / 1e6)} MB, far more than images of this size require, and was stopped.`,
  );
}

/** Has a thread ready for the next task, so that it starts while the images are being read. */
export function prepareThread(): void {
  warm.prepare();
}

function start(): Worker {
  // Options of this process, such as --input-type or an inspector's port, are not the worker's.
  return new Worker(new URL('./worker.ts', import.meta.url), { execArgv: [], resourceLimits });
}

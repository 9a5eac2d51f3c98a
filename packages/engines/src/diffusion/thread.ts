import { Worker } from 'node:worker_threads';
import type { ErrorCode } from '@atoll/errors/catalogue';
import { AtollError } from '@atoll/errors/error';
import { type Hand, runErrand } from '@atoll/threads/errand';
import { handOfThread } from '@atoll/threads/node-hand';
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
  const take = () => bounded(warm.take(), bounds.memoryBytes);
  const dwi = copyOfVolume(study.dwi);
  const adc = copyOfVolume(study.adc);
  const task: Task = { dwi, adc, preset };
  return runErrand<Answer, Segmentation>(take, {
    task,
    transfer: [dwi.data.buffer, adc.data.buffer],
    signal,
    read: (answer) => {
      if (answer.kind === 'done') return { done: answer.segmentation };
      if (answer.kind === 'failed') return { failed: new AtollError(answer.code, answer.message) };
      onProgress?.(answer.progress);
      return null;
    },
    cancelled: () => new AtollError('JOB_CANCELLED'),
    crashed: asEngineFault,
    limit: { ms: bounds.deadlineMs, passed: () => new AtollError('ENGINE_TIMED_OUT') },
  });
}

/** A thread that counts as crashed when it takes more than it may; someone looks every now and then. */
function bounded(worker: Worker, mostBytes: number): Hand<Answer> {
  const hand = handOfThread<Answer>(worker, warm);
  return {
    ...hand,
    listen: (ears) => {
      const stop = hand.listen(ears);
      const watch = setInterval(() => {
        worker.getHeapStatistics().then(
          ({ external_memory: taken }) => {
            if (taken > mostBytes) ears.crash(outOfMemory(taken));
          },
          // It has ended, which is told otherwise.
          () => undefined,
        );
      }, watchEveryMs);
      return () => {
        clearInterval(watch);
        stop();
      };
    },
  };
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

import { freemem } from 'node:os';
import { Worker } from 'node:worker_threads';
import { asEngineFault } from '@atoll/engines/diffusion/fault';
import type { Progress, Segmentation, SegmentOptions, Study } from '@atoll/engines/engine';
import type { ErrorCode } from '@atoll/errors/catalogue';
import { AtollError } from '@atoll/errors/error';
import { runErrand } from '@atoll/threads/errand';
import { handOfThread } from '@atoll/threads/node-hand';
import { copyOfVolume } from '@atoll/volume/image-copy';
import type { ModelDescription } from './description.ts';
import { checkMemory } from './memory.ts';

export type Task = {
  readonly study: Study;
  readonly model: ModelDescription;
  /** Of the model. */
  readonly folder: string;
  /** Of the runtime. */
  readonly runtimeFolder: string;
  /** How many of the model's folds are run. */
  readonly folds: number;
};
export type Answer =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'done'; readonly segmentation: Segmentation }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string };

/**
 * Runs a model in a thread of its own, which ends with the run: the memory of a network goes with it. Aborting ends the
 * thread wherever it is, so that nobody waits for a patch.
 * @throws AtollError MODEL_*, STUDY_*, ENGINE_OUT_OF_MEMORY, ENGINE_FAILED, JOB_CANCELLED
 */
export function runModelInThread(
  { study, ...rest }: Task,
  { signal, onProgress }: Pick<SegmentOptions, 'signal' | 'onProgress'>,
  freeBytes = freemem(),
): Promise<Segmentation> {
  checkMemory(rest.model, study.dwi, freeBytes);
  const images = [study.dwi, study.adc, ...(study.flair === undefined ? [] : [study.flair])].map(
    copyOfVolume,
  );
  const [dwi, adc, flair] = images;
  const task: Task = { ...rest, study: { dwi, adc, ...(flair === undefined ? {} : { flair }) } };
  return runErrand<Answer, Segmentation>(
    () => handOfThread(new Worker(new URL('./worker.ts', import.meta.url), { execArgv: [] })),
    {
      task,
      transfer: images.map(({ data }) => data.buffer),
      signal,
      read: (answer) => {
        if (answer.kind === 'done') return { done: answer.segmentation };
        if (answer.kind === 'failed') return { failed: new AtollError(answer.code, answer.message) };
        onProgress?.(answer.progress);
        return null;
      },
      cancelled: () => new AtollError('JOB_CANCELLED'),
      crashed: asEngineFault,
    },
  );
}

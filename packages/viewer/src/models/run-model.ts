import { AtollError } from '@atoll/errors/error';
import { runErrand } from '@atoll/threads/errand';
import { readLocalAnswer } from '../local-run/local-answer.ts';
import { freeBytesHere, memoryGbOf } from '../local-run/memory.ts';
import type { LocalRunOptions } from '../local-run/run-in-worker.ts';
import type { LocalAnswer, LocalResult, LocalTask } from '../local-run/task.ts';
import { handOfWorker } from '../workers/hand-of-worker.ts';
import { BrowserShelf } from './browser-shelf.ts';
import type { KeptModel } from './kept-model.ts';
import type { ModelTask } from './model-task.ts';
import { prepareRuntime } from './page-runtime.ts';

/**
 * Runs one case by a model of this browser, in a worker of this page. Nothing leaves the page, and nothing is asked of
 * anybody once the runtime is here. Aborting ends the worker, and with it the patch that is being computed.
 * @throws AtollError IMAGE_*, STUDY_*, MODEL_*, ENGINE_*, JOB_CANCELLED
 */
export async function runModelHere(
  kept: KeptModel,
  task: LocalTask,
  { signal, onProgress }: LocalRunOptions,
): Promise<LocalResult> {
  const [{ script, binary, gpu }, shelf] = await Promise.all([prepareRuntime(), BrowserShelf.open()]);
  const networks = await shelf.networks(kept);
  const { model, acceptance } = kept;
  const freeBytes = freeBytesHere(memoryGbOf(navigator));
  const whole: ModelTask = { task, model, acceptance, networks, binary, gpu, freeBytes };
  // Threads of the runtime are made from the address for as long as the run lasts.
  const address = URL.createObjectURL(script);
  try {
    return await runErrand<LocalAnswer, LocalResult>(
      () => handOfWorker(new Worker(address, { type: 'module', name: 'atoll-model' })),
      {
        task: whole,
        signal,
        read: readLocalAnswer(onProgress),
        cancelled: () => new AtollError('JOB_CANCELLED'),
        crashed: (cause) =>
          new AtollError(
            'ENGINE_FAILED',
            'The model’s run in the browser broke off. It may need more memory than the browser has.',
            { cause },
          ),
      },
    );
  } finally {
    URL.revokeObjectURL(address);
  }
}

import type { Progress } from '@atoll/engines/engine';
import { AtollError } from '@atoll/errors/error';
import { runErrand } from '@atoll/threads/errand';
import { handOfWorker } from '../workers/hand-of-worker.ts';
import { readLocalAnswer } from './local-answer.ts';
import type { LocalAnswer, LocalResult, LocalTask } from './task.ts';
// Inline: its code comes with this module's, so that starting it asks for nothing from anywhere.
import LocalWorker from './worker.ts?worker&inline';

const brokeOff =
  'The computation in the browser broke off. Images of this size may need more memory than it has.';

export type LocalRunOptions = {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
};

/**
 * Runs one case in a worker of this page. Nothing leaves the page, not even a request. Aborting ends the
 * worker, and with it the work, at once.
 * @throws AtollError IMAGE_*, STUDY_*, JOB_CANCELLED, ENGINE_FAILED.
 */
export function runInWorker(task: LocalTask, { signal, onProgress }: LocalRunOptions): Promise<LocalResult> {
  return runErrand<LocalAnswer, LocalResult>(() => handOfWorker(new LocalWorker()), {
    task,
    signal,
    read: readLocalAnswer(onProgress),
    cancelled: () => new AtollError('JOB_CANCELLED'),
    crashed: (cause) => new AtollError('ENGINE_FAILED', brokeOff, { cause }),
  });
}

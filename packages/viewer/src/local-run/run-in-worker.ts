import type { Progress } from '@atoll/engines/engine';
import { AtollError } from '@atoll/errors/error';
import type { LocalAnswer, LocalResult, LocalTask } from './task.ts';
// Inline: its code comes with this module's, so that starting it asks for nothing from anywhere.
import LocalWorker from './worker.ts?worker&inline';

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
  if (signal.aborted) return Promise.reject(new AtollError('JOB_CANCELLED'));
  return new Promise((resolve, reject) => {
    const worker = new LocalWorker();
    const settle = (outcome: () => void) => {
      signal.removeEventListener('abort', onAbort);
      worker.terminate();
      outcome();
    };
    const onAbort = () => settle(() => reject(new AtollError('JOB_CANCELLED')));
    signal.addEventListener('abort', onAbort, { once: true });
    worker.onerror = (event) => {
      event.preventDefault();
      const detail =
        'The computation in the browser broke off. Images of this size may need more memory than it has.';
      settle(() => reject(new AtollError('ENGINE_FAILED', detail, { cause: event.message })));
    };
    worker.onmessage = ({ data }: MessageEvent<LocalAnswer>) => {
      if (data.kind === 'progress') onProgress(data.progress);
      else if (data.kind === 'done') settle(() => resolve(data.result));
      else settle(() => reject(new AtollError(data.code, data.message)));
    };
    worker.postMessage(task);
  });
}

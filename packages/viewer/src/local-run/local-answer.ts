import type { Progress } from '@atoll/engines/engine';
import { AtollError } from '@atoll/errors/error';
import type { Errand } from '@atoll/threads/errand';
import type { LocalAnswer, LocalResult } from './task.ts';

/** How answers of a worker that runs a case are read. */
export function readLocalAnswer(
  onProgress: (progress: Progress) => void,
): Errand<LocalAnswer, LocalResult>['read'] {
  return (answer) => {
    if (answer.kind === 'done') return { done: answer.result };
    if (answer.kind === 'failed') return { failed: new AtollError(answer.code, answer.message) };
    onProgress(answer.progress);
    return null;
  };
}

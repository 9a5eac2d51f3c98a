import type { Worker } from 'node:worker_threads';
import type { Hand } from './errand.ts';
import type { WarmThread } from './warm-thread.ts';

/** A thread of Node. @param warm where it is kept for the next task, if it is. */
export function handOfThread<Answer>(worker: Worker, warm?: WarmThread): Hand<Answer> {
  return {
    send: (task, transfer) => worker.postMessage(task, transfer),
    listen: ({ answer, crash }) => {
      const onExit = (code: number) => crash(new Error(`The thread ended before its work, with ${code}.`));
      worker.on('message', answer).on('messageerror', crash).on('error', crash).on('exit', onExit);
      // One by one: a thread that is kept has listeners of its own.
      return () => {
        worker.off('message', answer).off('messageerror', crash).off('error', crash).off('exit', onExit);
      };
    },
    end: async () => {
      // What it does while it ends is of no interest any more, and must not end the process.
      worker.on('error', () => undefined);
      await worker.terminate();
    },
    ...(warm === undefined ? {} : { keep: () => warm.keep(worker) }),
  };
}

import type { Hand } from '@atoll/threads/errand';

/** A worker of the page, for one errand. */
export function handOfWorker<Answer>(worker: Worker): Hand<Answer> {
  return {
    send: (task, transfer) => worker.postMessage(task, [...transfer]),
    listen: ({ answer, crash }) => {
      const over = new AbortController();
      const { signal } = over;
      worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => answer(data), { signal });
      worker.addEventListener('messageerror', () => crash('An answer cannot be read.'), { signal });
      worker.addEventListener(
        'error',
        (event) => {
          // It is told where the errand is waited for, and not once more on the console.
          event.preventDefault();
          crash(event.message);
        },
        { signal },
      );
      return () => over.abort();
    },
    end: async () => worker.terminate(),
  };
}

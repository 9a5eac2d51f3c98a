import { runErrand } from '@atoll/threads/errand';
import { describe, expect, it } from 'vitest';
import { handOfWorker } from './hand-of-worker.ts';

/** As much of a worker as the page uses, under the test's hand; a real one is played in tests/browser. */
class StillWorker extends EventTarget {
  ended = 0;
  readonly sent: unknown[] = [];
  postMessage(task: unknown): void {
    this.sent.push(task);
  }
  terminate(): void {
    this.ended++;
  }
  answer(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
}

function start(signal?: AbortSignal) {
  const worker = new StillWorker();
  const result = runErrand(
    () =>
      handOfWorker<string>(Object.assign(worker, { onerror: null, onmessage: null, onmessageerror: null })),
    {
      task: 'work',
      signal,
      read: (answer) => (answer === 'progress' ? null : { done: answer }),
      cancelled: () => new Error('cancelled'),
      crashed: (cause) => new Error('crashed', { cause }),
    },
  );
  return { worker, result };
}

describe('a worker of the page', () => {
  it('gives its result and is ended once; what comes late changes nothing', async () => {
    const { worker, result } = start();
    worker.answer('progress');
    worker.answer('mask');
    worker.answer('another');
    expect(await result).toBe('mask');
    expect(worker).toMatchObject({ ended: 1, sent: ['work'] });
  });

  it('is ended when it is aborted', async () => {
    const ends = new AbortController();
    const { worker, result } = start(ends.signal);
    ends.abort();
    worker.answer('mask');
    await expect(result).rejects.toThrow('cancelled');
    expect(worker.ended).toBe(1);
  });

  it('that crashes, or answers what cannot be read, fails its errand in place of leaving it waiting', async () => {
    const crashed = start();
    const event = new Event('error', { cancelable: true });
    crashed.worker.dispatchEvent(event);
    await expect(crashed.result).rejects.toThrow('crashed');
    expect(event.defaultPrevented).toBe(true);
    const unreadable = start();
    unreadable.worker.dispatchEvent(new MessageEvent('messageerror'));
    await expect(unreadable.result).rejects.toThrow('crashed');
    expect(unreadable.worker.ended).toBe(1);
  });
});

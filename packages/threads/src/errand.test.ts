import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { type Errand, runErrand } from './errand.ts';
import { handOfThread } from './node-hand.ts';
import { WarmThread } from './warm-thread.ts';

/** A thread that does what it is told, as the threads of the engine, the atlas and the converter do. */
const code = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', (task) => {
  if (task === 'die') process.exit(3);
  if (task === 'throw') throw new TypeError('broken');
  if (task === 'spin') for (;;);
  if (task === 'fail') return parentPort.postMessage({ error: 'no brain' });
  if (task === 'twice') { parentPort.postMessage({ result: 1 }); parentPort.postMessage({ result: 2 }); return; }
  parentPort.postMessage({ progress: 0.5 });
  parentPort.postMessage({ result: task });
});`;

type Answer = { progress?: number; result?: unknown; error?: string };

const made: Worker[] = [];
const make = () => {
  const worker = new Worker(code, { eval: true });
  made.push(worker);
  return worker;
};
afterEach(async () => {
  await Promise.all(made.splice(0).map((worker) => worker.terminate()));
});

const errand = (task: unknown, further: Partial<Errand<Answer, unknown>> = {}): Errand<Answer, unknown> => ({
  task,
  read: ({ progress, error, result }) => {
    if (progress !== undefined) return null;
    return error === undefined ? { done: result } : { failed: new Error(error) };
  },
  cancelled: () => new Error('cancelled'),
  crashed: (cause) => new Error('crashed', { cause }),
  ...further,
});
const run = (task: unknown, further: Partial<Errand<Answer, unknown>> = {}) =>
  runErrand(() => handOfThread<Answer>(make()), errand(task, further));

/** Has every thread that was made ended? A thread that has ended has no number. */
const allEnded = () => made.every(({ threadId }) => threadId === -1);

describe('an errand', () => {
  it('brings the result back, past the progress, and its thread has ended then', async () => {
    expect(await run({ of: 'work' })).toEqual({ of: 'work' });
    expect(allEnded()).toBe(true);
  });

  it('fails with what the thread says itself', async () => {
    await expect(run('fail')).rejects.toThrow('no brain');
    expect(allEnded()).toBe(true);
  });

  it('that is aborted ends at once, wherever the work is', async () => {
    const ends = new AbortController();
    const failing = run('spin', { signal: ends.signal });
    await once(made[0], 'online');
    ends.abort();
    // What it complains of while it ends must not bring the process down.
    made[0].emit('error', new Error('while it ended'));
    await expect(failing).rejects.toThrow('cancelled');
    expect(allEnded()).toBe(true);
  });

  it('that was aborted before it began has no thread made for it', async () => {
    await expect(run('work', { signal: AbortSignal.abort() })).rejects.toThrow('cancelled');
    expect(made).toEqual([]);
  });

  it.each(['die', 'throw'])('whose thread crashes (%s) fails with the cause', async (task) => {
    await expect(run(task)).rejects.toMatchObject({ message: 'crashed', cause: expect.any(Error) });
  });

  it('whose answer cannot be read fails as one whose thread crashed', async () => {
    const failing = run('spin');
    made[0].emit('messageerror', new Error('not to be cloned'));
    await expect(failing).rejects.toMatchObject({
      message: 'crashed',
      cause: { message: 'not to be cloned' },
    });
    expect(allEnded()).toBe(true);
  });

  it('whose answer is refused by its reader ends the thread', async () => {
    const read = () => {
      throw new RangeError('of no use');
    };
    await expect(run('work', { read })).rejects.toThrow('of no use');
    expect(allEnded()).toBe(true);
  });

  it('whose task cannot be sent fails, and leaves no thread behind', async () => {
    await expect(run(() => undefined)).rejects.toThrow(/could not be cloned/);
    expect(allEnded()).toBe(true);
  });

  it('has the first result; a message that comes late counts for nothing', async () => {
    const results: unknown[] = [];
    const read = ({ result }: Answer) => {
      results.push(result);
      return { done: result };
    };
    expect(await run('twice', { read })).toBe(1);
    made[0].emit('message', { result: 3 });
    expect(results).toEqual([1]);
  });

  it('is given up at its limit', async () => {
    const limit = { ms: 20, passed: () => new Error('too late') };
    await expect(run('spin', { limit })).rejects.toThrow('too late');
    expect(allEnded()).toBe(true);
  });
});

describe('a thread that is kept', () => {
  const warm = new WarmThread(make, 60_000);
  const runWarm = (task: unknown, further: Partial<Errand<Answer, unknown>> = {}) =>
    runErrand(() => handOfThread<Answer>(warm.take(), warm), errand(task, further));

  it('runs the next errand after a result and after a failure of its own, with no listener left over', async () => {
    await runWarm('one');
    const listeners = () => made[0].eventNames().map((name) => made[0].listenerCount(name));
    const before = listeners();
    for (let again = 0; again < 12; again++) {
      await expect(runWarm('fail')).rejects.toThrow('no brain');
      expect(await runWarm('two')).toBe('two');
    }
    expect(made).toHaveLength(1);
    expect(listeners()).toEqual(before);
  });

  it('is not kept when it was aborted over its work', async () => {
    const ends = new AbortController();
    const failing = runWarm('spin', { signal: ends.signal });
    ends.abort();
    await expect(failing).rejects.toThrow('cancelled');
    expect(await runWarm('next')).toBe('next');
    expect(made).toHaveLength(2);
  });
});

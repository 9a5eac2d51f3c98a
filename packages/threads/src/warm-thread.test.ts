import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WarmThread } from './warm-thread.ts';

const started: Worker[] = [];
const make = () => {
  const worker = new Worker("require('node:worker_threads').parentPort.on('message', () => process.exit())", {
    eval: true,
  });
  started.push(worker);
  return worker;
};
const long = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(started.splice(0).map((worker) => worker.terminate()));
});

describe('a thread that is kept warm', () => {
  it('is taken again after a task', () => {
    const warm = new WarmThread(make, long);
    const first = warm.take();
    warm.keep(first);
    expect(warm.take()).toBe(first);
    expect(warm.take()).not.toBe(first);
  });

  it('is prepared once, and told so', () => {
    const warm = new WarmThread(make, long);
    const told: Worker[] = [];
    warm.prepare((worker) => told.push(worker));
    warm.prepare((worker) => told.push(worker));
    expect(started).toEqual(told);
    expect(warm.take()).toBe(told[0]);
  });

  it('is one: a second that comes back is ended', async () => {
    const warm = new WarmThread(make, long);
    const [one, other] = [warm.take(), warm.take()];
    warm.keep(one);
    const ended = once(other, 'exit');
    warm.keep(other);
    await ended;
    expect(warm.take()).toBe(one);
  });

  it('is not taken when it has died while it waited', async () => {
    const warm = new WarmThread(make, long);
    const dying = warm.take();
    warm.keep(dying);
    const ended = once(dying, 'exit');
    dying.postMessage('die');
    await ended;
    expect(warm.take()).not.toBe(dying);
  });

  it('does not take the place of its successor when it dies and its clock goes on', async () => {
    const warm = new WarmThread(make, long);
    const dying = warm.take();
    warm.keep(dying);
    const ended = once(dying, 'exit');
    dying.postMessage('die');
    await ended;
    vi.advanceTimersByTime(long / 2);
    const next = warm.take();
    warm.keep(next);
    // Past the first one's time, and before the second one's.
    vi.advanceTimersByTime(0.75 * long);
    expect(warm.take()).toBe(next);
  });

  it('is let go when no task comes', async () => {
    const warm = new WarmThread(make, long);
    const waiting = warm.take();
    const ended = once(waiting, 'exit');
    warm.keep(waiting);
    vi.advanceTimersByTime(long);
    await ended;
    expect(warm.take()).not.toBe(waiting);
  });
});

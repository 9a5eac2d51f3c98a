import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { afterEach, describe, expect, it } from 'vitest';
import { collectWhenIdle } from './idle-collection.ts';

let stop = () => {};
afterEach(() => stop());

/** So much that V8 keeps its pages for a while after it is gone. */
function crowd(): unknown[] {
  return Array.from({ length: 600_000 }, (_, n) => ({ n, text: `client ${n}`, more: [n] }));
}

describe('a process that rests after a crowd', () => {
  it('gives back what the crowd took', async () => {
    stop = collectWhenIdle({ everyMs: 50, computedMs: () => 0 });
    let held: unknown[] | null = crowd();
    const during = getHeapStatistics().total_heap_size;
    expect(held.length).toBe(600_000);
    held = null;
    while (getHeapStatistics().total_heap_size > during - 30e6) await sleep(20);
  });

  it('collects once for it, and not while it is busy', async () => {
    let collections = 0;
    let looks = 0;
    let isBusy = true;
    let computedMs = 0;
    let heapBytes = 100e6;
    stop = collectWhenIdle({
      everyMs: 20,
      collect: () => collections++,
      computedMs: () => {
        looks++;
        if (isBusy) computedMs += 20;
        return computedMs;
      },
      heapBytes: () => heapBytes,
    });
    heapBytes = 200e6;
    while (looks < 5) await sleep(20);
    expect(collections).toBe(0);
    isBusy = false;
    while (collections === 0) await sleep(20);
    const since = looks;
    while (looks < since + 5) await sleep(20);
    expect(collections).toBe(1);
  });
});

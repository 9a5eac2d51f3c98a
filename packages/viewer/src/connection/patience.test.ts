import { ServiceError, UnreachableError } from '@atoll/contract/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RefusedPageError } from './diagnosis.ts';
import { Patience, retryDelayMs } from './patience.ts';
import { Waits } from './waits.ts';

const asleep = () => new UnreachableError('no-answer');
const busy = (retryAfterSeconds: number | null = null) =>
  new ServiceError(503, { detail: 'Full.', code: 'QUEUE_FULL', action: 'Wait.' }, retryAfterSeconds);

describe('a request to a service that is not there', () => {
  let waits: Waits;
  let began: number;
  beforeEach(() => {
    vi.useFakeTimers();
    waits = new Waits();
    began = performance.now();
  });
  afterEach(() => vi.useRealTimers());

  const after = () => (performance.now() - began) / 1000;

  /** Runs what fails so until it is awake; tells what came out, and when. */
  async function play(attempt: () => Promise<string>, patience = new Patience(waits)) {
    const end = patience.run(attempt).then(
      (value) => ({ value, seconds: after() }),
      (error: unknown) => ({ error, seconds: after() }),
    );
    await vi.advanceTimersByTimeAsync(400_000);
    return end;
  }

  it('is answered soon after a boot of two minutes', async () => {
    const { value, seconds } = {
      value: null,
      ...(await play(async () => {
        if (after() < 120) throw asleep();
        return 'awake';
      })),
    };
    expect(value).toBe('awake');
    expect(seconds).toBeLessThan(136);
    expect(waits.list).toEqual([]);
  });

  it('fails after three minutes with what was wrong last', async () => {
    const result = await play(() => Promise.reject(asleep()));
    expect(result).toMatchObject({ error: { absence: 'no-answer' } });
    expect(result.seconds).toBeGreaterThan(150);
    expect(result.seconds).toBeLessThanOrEqual(180);
  });

  it('says of a busy service that it is busy, in its own words, and never that it sleeps', async () => {
    let calls = 0;
    new Patience(waits)
      .run(() => Promise.reject(++calls === 1 ? busy(20) : new Error('end')))
      .catch(() => undefined);
    await vi.advanceTimersByTimeAsync(10);
    expect(waits.list).toMatchObject([{ trouble: 'busy', detail: 'Full.' }]);
    await vi.advanceTimersByTimeAsync(19_900);
    expect(calls).toBe(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(calls).toBe(2);
  });

  it('does not wait for what will not pass by itself', async () => {
    const refused = new ServiceError(409, { detail: 'No.', code: 'ENGINE_UNAVAILABLE', action: '' }, null);
    for (const error of [refused, new UnreachableError('stranger'), new TypeError('a mistake of the page')]) {
      expect(await play(() => Promise.reject(error))).toEqual({ error, seconds: after() - 400 });
    }
  });

  it('does not wait for a day because Retry-After says so', async () => {
    const error = busy(86_400);
    expect((await play(() => Promise.reject(error))).seconds).toBe(0);
  });

  it('ends at once when the reader stops it, and tries at once when he wants', async () => {
    let calls = 0;
    const end = new Patience(waits).run(() => {
      calls++;
      return Promise.reject(asleep());
    });
    const ended = expect(end).rejects.toBeInstanceOf(UnreachableError);
    await vi.advanceTimersByTimeAsync(1);
    waits.tryAllNow();
    await vi.advanceTimersByTimeAsync(1);
    expect(calls).toBe(2);
    waits.stopAll();
    await ended;
    expect(waits.list).toEqual([]);
  });

  it('shows itself while a host holds it, and is not held for ever', async () => {
    const held = vi.fn(
      (signal: AbortSignal) =>
        new Promise<string>((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason)),
        ),
    );
    const end = new Patience(waits).run(held);
    end.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(4900);
    expect(waits.list).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(waits.list).toMatchObject([{ trouble: 'sleeping' }]);
    waits.stopAll();
    await expect(end).rejects.toBeInstanceOf(UnreachableError);
  });

  it('is told apart from one that a service awake refuses by its origin', async () => {
    const result = await play(() => Promise.reject(asleep()), new Patience(waits, async () => true));
    expect(result).toMatchObject({ error: expect.any(RefusedPageError) });
    expect(result.seconds).toBeLessThan(5);
  });

  it('wakes all others that wait when one is answered', async () => {
    const patience = new Patience(waits);
    let awake = false;
    const ask = () => (awake ? Promise.resolve('yes') : Promise.reject(asleep()));
    const one = patience.run(ask);
    const other = patience.run(ask);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(waits.list).toHaveLength(2);
    awake = true;
    await vi.advanceTimersToNextTimerAsync();
    expect(await Promise.all([one, other])).toEqual(['yes', 'yes']);
  });
});

describe('the wait before the next attempt', () => {
  it('doubles up to 15 s, at least half of it fixed', () => {
    for (const [failures, longest] of [
      [0, 1000],
      [1, 2000],
      [3, 8000],
      [9, 15_000],
    ]) {
      const delays = Array.from({ length: 200 }, () => retryDelayMs(failures, asleep()));
      expect(Math.min(...delays)).toBeGreaterThanOrEqual(longest / 2);
      expect(Math.max(...delays)).toBeLessThanOrEqual(longest);
      expect(new Set(delays).size).toBeGreaterThan(50);
    }
  });

  it('is the host’s wish when it has one', () => {
    const answer = new Response('', { status: 503, headers: { 'Retry-After': '7' } });
    expect(retryDelayMs(5, new UnreachableError('gateway', answer))).toBe(7000);
    expect(retryDelayMs(0, busy(3))).toBe(3000);
  });
});

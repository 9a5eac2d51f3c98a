import { ServiceError, UnreachableError } from '@atoll/contract/client';
import { diagnose, RefusedPageError, type Trouble } from './diagnosis.ts';
import type { Waits } from './waits.ts';

/** A host starts a sleeping service in 30 to 120 s. */
const patienceMs = 180_000;
/** A host may hold a request while it starts the service; its gateway gives up after about 60 s. */
const attemptMs = 70_000;
/** A request without an answer for so long is shown as waiting. */
const slowMs = 5000;
const longestDelayMs = 15_000;

export type PatienceOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Files take their time; what has a small answer is not waited for without end. */
  readonly isLong?: boolean;
};

/** How requests wait for a service that sleeps, is busy or out of reach. */
export class Patience {
  readonly #waits: Waits;
  readonly #isAwake: () => Promise<boolean>;

  /** @param isAwake asks in a way that the service's rules on origins do not touch. */
  constructor(waits: Waits, isAwake: () => Promise<boolean> = async () => false) {
    this.#waits = waits;
    this.#isAwake = isAwake;
  }

  /**
   * Tries again, ever more slowly, what may pass by itself. Each try must be safe to repeat.
   * @throws what the last try threw, RefusedPageError, or the signal's reason.
   */
  async run<T>(
    attempt: (signal: AbortSignal) => Promise<T>,
    { signal, isLong = false }: PatienceOptions = {},
  ): Promise<T> {
    const key = Symbol('wait');
    const began = performance.now();
    let deadline = began + patienceMs;
    let awake = false;
    const stopped = new AbortController();
    const show = (trouble: Trouble, nextAt: number, detail: string | null, tryNow: () => void) =>
      this.#waits.set(key, { trouble, detail, since: began, nextAt, stop: () => stopped.abort(), tryNow });
    try {
      for (let failures = 0; ; failures++) {
        const limits = [signal, stopped.signal, isLong ? undefined : AbortSignal.timeout(attemptMs)];
        const limit = AbortSignal.any(limits.filter((each) => each !== undefined));
        const slow = isLong
          ? undefined
          : setTimeout(() => show('sleeping', 0, null, () => undefined), slowMs);
        const outcome = await settle(attempt(limit));
        clearTimeout(slow);
        if ('value' in outcome) {
          if (failures > 0) this.#waits.tryAllNow();
          return outcome.value;
        }
        signal?.throwIfAborted();
        const error = limit.aborted ? new UnreachableError('no-answer') : outcome.thrown;
        const trouble = diagnose(error);
        if (trouble === null || stopped.signal.aborted) throw error;
        const now = performance.now();
        // Without a network nobody has been asked yet.
        if (trouble === 'offline') deadline = now + patienceMs;
        const delay = retryDelayMs(failures, error);
        if (now + delay > deadline) throw error;
        // Awake, and deaf to us a second time: no sleep, but its list of origins.
        if (awake && trouble === 'sleeping') throw new RefusedPageError({ cause: error });
        awake = failures >= 1 && isSilent(error) && (await this.#isAwake());
        await pause(awake ? 0 : delay, [signal, stopped.signal], (tryNow) =>
          show(trouble, now + delay, error instanceof ServiceError ? error.message : null, tryNow),
        );
        signal?.throwIfAborted();
        if (stopped.signal.aborted) throw error;
      }
    } finally {
      this.#waits.delete(key);
    }
  }
}

/** The service's or its host's wish; else half fixed, half random, doubling. */
export function retryDelayMs(failures: number, error: unknown): number {
  const isAnswer = error instanceof ServiceError || error instanceof UnreachableError;
  if (isAnswer && error.retryAfterSeconds !== null) return 1000 * error.retryAfterSeconds;
  const longest = Math.min(longestDelayMs, 1000 * 2 ** failures);
  return longest / 2 + (Math.random() * longest) / 2;
}

function isSilent(error: unknown): boolean {
  return error instanceof UnreachableError && error.absence === 'no-answer';
}

async function settle<T>(promise: Promise<T>): Promise<{ value: T } | { thrown: unknown }> {
  try {
    return { value: await promise };
  } catch (thrown) {
    return { thrown };
  }
}

/** Ends after the time, at a signal, when the network comes back, or by the function that `show` is given. */
function pause(
  ms: number,
  signals: readonly (AbortSignal | undefined)[],
  show: (end: () => void) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const over = new AbortController();
    const end = () => {
      clearTimeout(timer);
      over.abort();
      resolve();
    };
    const timer = setTimeout(end, ms);
    for (const signal of signals) signal?.addEventListener('abort', end, { signal: over.signal });
    globalThis.addEventListener?.('online', end, { signal: over.signal });
    if (signals.some((signal) => signal?.aborted)) end();
    show(end);
  });
}

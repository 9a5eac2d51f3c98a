import { createClient, ServiceError, UnreachableError } from '@atoll/contract/client';
import { QueryClient } from '@tanstack/react-query';

/** The page's own origin serves the API. */
export const client = createClient('');

/** How often what may pass by itself is tried again: some minutes. */
export const patience = 12;

/** Answers that may be different a moment later. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504]);

export function isPassing(error: unknown): boolean {
  if (error instanceof UnreachableError) {
    // Success in words that are not the service's own: a host's page that wakes it up.
    return error.status === null || error.status < 400 || passing.has(error.status);
  }
  return error instanceof ServiceError && passing.has(error.status);
}

/** Half fixed, half random, doubling up to 30 s; the service's own wish goes before. */
export function retryDelayMs(attempt: number, error: unknown): number {
  if (error instanceof ServiceError && error.retryAfterSeconds !== null) {
    return 1000 * error.retryAfterSeconds;
  }
  const longest = Math.min(30_000, 1000 * 2 ** attempt);
  return longest / 2 + (Math.random() * longest) / 2;
}

/** Tries again, ever more slowly, what may pass by itself; as patient as the question for a job. */
export async function patiently<T>(signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted || failures >= patience || !isPassing(error)) throw error;
      await pause(retryDelayMs(failures, error), signal);
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: 'always',
      retry: (failures, error) => failures < 4 && isPassing(error),
      retryDelay: retryDelayMs,
      refetchOnWindowFocus: false,
    },
    mutations: { networkMode: 'always', retry: false },
  },
});

import { createClient, ServiceError, UnreachableError } from '@atoll/contract/client';
import { QueryClient } from '@tanstack/react-query';

/** The page's own origin serves the API. */
export const client = createClient('');

/** Answers that may be different a moment later. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504]);

export function isPassing(error: unknown): boolean {
  if (error instanceof UnreachableError) return true;
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

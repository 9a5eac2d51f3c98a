import { AtollError } from '@atoll/errors/error';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { clientId } from './client-id.ts';
import type { Settings } from './settings.ts';

/** Asked by machines that watch, not by clients. */
const exempt = new Set(['/health', '/ready', '/metrics']);

/** So many requests a minute for each client, counted in this process. */
export async function addRateLimit(
  fastify: FastifyInstance,
  { rateLimitPerMinute }: Settings,
): Promise<void> {
  if (rateLimitPerMinute === 0) return;
  await fastify.register(rateLimit, {
    max: rateLimitPerMinute,
    timeWindow: 60_000,
    keyGenerator: (request) => clientId(request.ip),
    allowList: (request) => exempt.has(request.routeOptions.url ?? ''),
    errorResponseBuilder: () => new AtollError('RATE_LIMITED'),
    addHeaders: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
      'retry-after': true,
    },
    addHeadersOnExceeding: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
    },
  });
}

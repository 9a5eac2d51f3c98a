import { AtollError } from '@atoll/errors/error';
import type { Settings } from '@atoll/instance/settings';
import type { FastifyInstance } from 'fastify';
import { clientOf } from './client-id.ts';

const windowMs = 60_000;
/** Whoever comes when so many clients have been counted is counted with all others who do. */
const countedClients = 100_000;

/** Asked by machines that watch, not by clients. */
const exempt = new Set(['/health', '/ready', '/metrics']);

/**
 * So many requests a minute for each client, counted in this process: a look into one map, for it stands before every
 * answer. All counts begin anew together, so that what is kept of a minute goes with it.
 */
export function addRateLimit(fastify: FastifyInstance, { rateLimitPerMinute }: Settings): void {
  if (rateLimitPerMinute === 0) return;
  let counts = new Map<string, number>();
  let endsAt = performance.now() + windowMs;
  fastify.addHook('onRequest', (request, reply, done) => {
    if (exempt.has(request.routeOptions.url ?? '')) return done();
    const now = performance.now();
    if (now >= endsAt) {
      counts = new Map();
      endsAt = now + windowMs;
    }
    const client = clientOf(request);
    const key = counts.size < countedClients || counts.has(client) ? client : 'others';
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    if (count <= rateLimitPerMinute) return done();
    reply.header('Retry-After', Math.ceil((endsAt - now) / 1000));
    done(new AtollError('RATE_LIMITED'));
  });
}

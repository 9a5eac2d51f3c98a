import { AtollError } from '@atoll/errors/error';
import type { Settings } from '@atoll/instance/settings';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const safeMethods = ['GET', 'HEAD'];

/**
 * Refuses requests that change something when a page of another origin sent them: CORS keeps such a page from
 * reading the answer, not from asking. Scripts send neither header and pass.
 * @throws AtollError ORIGIN_REFUSED from the hook.
 */
export function addOriginGuard(fastify: FastifyInstance, { origins }: Settings): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const passes = safeMethods.includes(request.method) || isWelcome(request, origins);
    done(passes ? undefined : new AtollError('ORIGIN_REFUSED'));
  });
}

function isWelcome(request: FastifyRequest, origins: readonly string[]): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  // Only browsers send Sec-Fetch-Site, and no page can forge it: behind a proxy that hides the scheme it
  // still knows the own page. `none` is the user themselves.
  if (site === 'same-origin' || (site === 'none' && origin === undefined)) return true;
  if (origin === undefined) return site === undefined;
  return origins.includes(origin) || origin === new URL(request.publicUrl).origin;
}

import type { FastifyInstance } from 'fastify';

/**
 * Lets requests wait while the queue is being opened, which is a matter of a second: who comes then is answered late and
 * not refused. That the process lives, /health says at once.
 * @param opening what they wait for; when it fails, they fail as it does.
 */
export function addOpeningGate(fastify: FastifyInstance, opening: Promise<unknown>): void {
  let isOpen = false;
  opening.then(
    () => {
      isOpen = true;
    },
    () => undefined,
  );
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (isOpen || request.routeOptions.url === '/health') return done();
    opening.then(() => done(), done);
  });
}

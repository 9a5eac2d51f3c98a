import { AtollError } from '@atoll/errors/error';
import type { FastifyInstance } from 'fastify';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Answers 405 with an Allow header where an address exists but not for this method. To be called before the
 * routes are added: it watches them come, and fills the gaps when all are there.
 */
export function answerOtherMethods(fastify: FastifyInstance): () => void {
  const allowed = new Map<string, Set<string>>();
  let filling = false;
  fastify.addHook('onRoute', ({ url, method }) => {
    if (filling || url.includes('*')) return;
    const known = allowed.get(url) ?? new Set();
    for (const each of [method].flat()) known.add(each);
    allowed.set(url, known);
  });

  return () => {
    filling = true;
    for (const [url, known] of allowed) {
      const missing = methods.filter((method) => !known.has(method));
      fastify.route({
        url,
        method: missing,
        schema: { hide: true },
        config: { refusesMethods: true },
        // Before the body is read: it would be parsed for nothing.
        onRequest: async (_request, reply) => {
          reply.header('Allow', [...known].join(', '));
          throw new AtollError('METHOD_NOT_ALLOWED');
        },
        handler: () => undefined,
      });
    }
  };
}

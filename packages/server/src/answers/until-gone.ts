import { AtollError } from '@atoll/errors/error';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Aborted when the client leaves before it has its answer. */
export function untilGone(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new AtollError('REQUEST_MALFORMED'));
  });
  request.raw.once('error', () => controller.abort(new AtollError('REQUEST_MALFORMED')));
  return controller.signal;
}

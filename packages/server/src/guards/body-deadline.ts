import { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { answerBrokenRequest } from './broken-request.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A large body may take its time here, as long as it comes on. */
    slowBody?: boolean;
  }
}

/** How long a body may take, and how much of a slow one must come in each such time. */
export type BodyPace = { readonly windowMs: number; readonly minBytes: number };

/** 8 kB a second, half of a poor mobile line: whoever is slower holds a place and brings nothing. */
export const usualPace: BodyPace = { windowMs: 30_000, minBytes: 30 * 8 * 1024 };

/** The longest that any request may take to arrive; Node's own limit, for there is but one for all routes. */
export const longestBodyMs = 3600_000;

/**
 * Bounds the time of bodies by route: a small one must be there within the window, a large one must bring its
 * share in each. What is too slow is answered with 408 and cut off.
 * @param headers those of every answer.
 */
export function addBodyDeadlines(
  fastify: FastifyInstance,
  headers: Readonly<Record<string, string>>,
  { windowMs, minBytes }: BodyPace,
): void {
  const refuse = answerBrokenRequest(headers);
  /** How long the rest of a refused body is read and thrown away, so that its sender comes to see the answer. */
  const lingerMs = Math.min(2000, windowMs);

  fastify.addHook('onRequest', (request, reply, done) => {
    // It only sets a clock; nothing waits for it.
    done();
    const { raw } = request;
    if (!mayHaveBody(request)) return;
    const { socket } = raw;
    // A request that is handed in without a network has none to cut off.
    if (!(socket instanceof Socket)) return;
    let seen = socket.bytesRead;
    const look = () => {
      if (raw.complete || raw.destroyed) return clearInterval(timer);
      const came = socket.bytesRead - seen;
      seen = socket.bytesRead;
      if (request.routeOptions.config.slowBody === true && came >= minBytes) return;
      clearInterval(timer);
      if (!reply.raw.headersSent) {
        refuse(Object.assign(new Error('too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
      }
      // The end of our half alone would leave the other open; at once, it would take the answer with it.
      setTimeout(() => socket.destroy(), lingerMs).unref();
    };
    const timer = setInterval(look, windowMs).unref();
    raw.once('close', () => clearInterval(timer));
  });

  fastify.addHook('onResponse', ({ raw }, _reply, done) => {
    done();
    if (raw.complete || raw.destroyed) return;
    raw.resume();
    const timer = setTimeout(() => raw.destroy(), lingerMs).unref();
    raw.once('end', () => clearTimeout(timer));
  });
}

function mayHaveBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

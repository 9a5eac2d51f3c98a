import { AtollError } from '@atoll/errors/error';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** An answer that stays open for as long as its client listens, and is counted where it is given. */
    isLong?: boolean;
  }
}

/** How many are served at once. */
export type Crowd = {
  /** Requests under way, of which far fewer wait in a service that keeps up: each is answered in milliseconds. */
  readonly requests: number;
  /** Streams of events; who comes later polls. */
  readonly streams: number;
};

export const usualCrowd: Crowd = { requests: 5000, streams: 10_000 };

/**
 * Refuses requests before anything is done for them while too many are under way: what has begun is then still
 * answered in time, and who is refused knows at once.
 */
export function addCrowdLimit(fastify: FastifyInstance, { requests }: Pick<Crowd, 'requests'>): void {
  let underWay = 0;
  fastify.addHook('onRequest', (request, { raw }, done) => {
    if (request.routeOptions.config.isLong === true) return done();
    if (underWay >= requests) return done(new AtollError('SERVICE_BUSY'));
    underWay++;
    raw.once('close', () => underWay--);
    done();
  });
}

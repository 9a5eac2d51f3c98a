import fastifyCors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import type { Settings } from './settings.ts';

/**
 * Pages of the listed origins may read answers: exact comparison, no credentials, and only the methods and
 * headers in use. For any other origin there is no CORS header at all.
 */
export async function addCors(fastify: FastifyInstance, { origins }: Settings): Promise<void> {
  await fastify.register(fastifyCors, {
    origin: (origin, decide) => decide(null, origin !== undefined && origins.includes(origin) && origin),
    methods: ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS'],
    allowedHeaders: ['Content-Type', 'Range'],
    exposedHeaders: [
      'Content-Range',
      'Content-Length',
      'Content-Disposition',
      'Accept-Ranges',
      'ETag',
      'Retry-After',
    ],
    credentials: false,
    maxAge: 600,
  });
}

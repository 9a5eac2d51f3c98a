import type { Settings } from '@atoll/instance/settings';
import fastifyCors, { type FastifyCorsOptions } from '@fastify/cors';
import type { FastifyInstance } from 'fastify';

/**
 * Pages of the listed origins may read answers: exact comparison, no credentials, and only the methods and
 * headers in use. For any other origin there is no CORS header at all.
 */
export async function addCors(fastify: FastifyInstance, { origins, auth }: Settings): Promise<void> {
  // A page of another origin says who asks by a token, and never by a cookie.
  const token = auth.mode === 'none' ? [] : ['Authorization'];
  const options: FastifyCorsOptions = {
    origin: (origin, decide) => decide(null, origin !== undefined && origins.includes(origin) && origin),
    methods: ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS'],
    allowedHeaders: ['Content-Type', 'Range', ...token],
    exposedHeaders: [
      'Content-Range',
      'Content-Length',
      'Content-Disposition',
      'Accept-Ranges',
      'ETag',
      'Retry-After',
      'Location',
    ],
    credentials: false,
    maxAge: 600,
  };
  /** What the tus protocol needs beside it, where it is spoken. */
  const resumable: FastifyCorsOptions = {
    ...options,
    methods: ['HEAD', 'POST', 'PATCH', 'DELETE', 'OPTIONS'],
    allowedHeaders: [
      'Content-Type',
      'Tus-Resumable',
      'Upload-Length',
      'Upload-Offset',
      'Upload-Metadata',
      ...token,
    ],
    exposedHeaders: [
      'Location',
      'Retry-After',
      'Tus-Resumable',
      'Upload-Expires',
      'Upload-Length',
      'Upload-Offset',
    ],
  };
  await fastify.register(fastifyCors, {
    delegator: (request, decide) => {
      const isResumable = /^\/api\/uploads(?:[/?]|$)/.test(request.url);
      decide(null, isResumable ? resumable : options);
    },
  });
}

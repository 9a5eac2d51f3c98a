import { sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const yearSeconds = 31_536_000;

/** Serves the built page's files; Vite's `assets/` carry a hash in their names and never change. */
export async function addStaticPage(fastify: FastifyInstance, pageDir: string): Promise<void> {
  await fastify.register(fastifyStatic, {
    root: pageDir,
    // The address / belongs to the root route, which also answers scripts.
    index: false,
    dotfiles: 'ignore',
    // Serves app.js.br or app.js.gz beside app.js to browsers that take them.
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const hashed = path.includes(`${sep}assets${sep}`);
      reply.header('Cache-Control', hashed ? `public, max-age=${yearSeconds}, immutable` : 'no-cache');
    },
  });
}

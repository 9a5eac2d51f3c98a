import { readFile } from 'node:fs/promises';
import { pinnedAtlas } from '@atoll/atlas/pinned-atlas';
import { PageConfig } from '@atoll/contract/page-config';
import { AtollError } from '@atoll/errors/error';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ServerParts } from '../parts.ts';
import { answer, problemAnswers } from './answers.ts';
import { searchedArchives } from './archives.ts';

const dayCache = 'public, max-age=86400';

/** What the page reads of its own host: `/config.json`, and the atlas' files for runs within the page. */
export const atlasRoutes: FastifyPluginAsyncZod<
  Pick<ServerParts, 'atlas' | 'modelRuntime' | 'settings'>
> = async (fastify, { atlas, modelRuntime, settings }) => {
  fastify.get(
    '/config.json',
    {
      schema: {
        tags: ['service'],
        summary: 'Configuration of the viewer',
        response: { 200: answer('The configuration.', PageConfig), ...problemAnswers },
      },
    },
    async (_request, reply) => {
      reply.header('Cache-Control', 'no-cache');
      const { mode } = settings.auth;
      const auth = mode === 'none' ? {} : { auth: mode };
      const archives = searchedArchives(settings).length > 0 ? { archives: true } : {};
      const models = modelRuntime.areThere() ? { models: true } : {};
      return { api: null, allowedApis: [], atlas: await atlas.areThere(), ...models, ...auth, ...archives };
    },
  );

  fastify.get(
    '/atlas/:name',
    {
      schema: {
        tags: ['service'],
        summary: 'A label image of the atlas, if it was downloaded: MNI152NLin6Asym, 1 mm',
        params: z.object({ name: z.string() }),
        response: {
          200: {
            description: 'The image, as published by its authors.',
            content: { 'application/gzip': { schema: z.any().meta({ type: 'string', format: 'binary' }) } },
          },
          ...problemAnswers,
        },
      },
    },
    async (request, reply) => {
      // Only known names reach the disk.
      const file = pinnedAtlas.files.find(({ name }) => name === request.params.name);
      const bytes = file === undefined ? null : await readFile(atlas.pathOf(file)).catch(() => null);
      if (bytes === null) throw new AtollError('FILE_UNKNOWN');
      return reply.type('application/gzip').header('Cache-Control', dayCache).send(bytes);
    },
  );
};

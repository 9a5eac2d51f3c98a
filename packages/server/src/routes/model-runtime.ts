import { AtollError } from '@atoll/errors/error';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ServerParts } from '../parts.ts';
import { problemAnswers } from './answers.ts';

const bytes = z.any().meta({ type: 'string', format: 'binary' });
const dayCache = 'public, max-age=86400';

/** ONNX Runtime as the page needs it to run models itself. The page checks each file by its SHA-256. */
export const modelRuntimeRoutes: FastifyPluginAsyncZod<Pick<ServerParts, 'modelRuntime'>> = async (
  fastify,
  { modelRuntime },
) => {
  fastify.get(
    '/model-runtime/:name',
    {
      schema: {
        tags: ['service'],
        summary: 'A file of ONNX Runtime for models in the viewer, if `atoll models runtime` installed it',
        params: z.object({ name: z.string() }),
        response: {
          200: {
            description: 'The file, as published.',
            content: {
              'application/wasm': { schema: bytes },
              'text/javascript': { schema: bytes },
            },
          },
          ...problemAnswers,
        },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      const takesPacked = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
      const packed = takesPacked ? await modelRuntime.read(name, true) : null;
      const bytes = packed ?? (await modelRuntime.read(name, false));
      if (bytes === null) throw new AtollError('FILE_UNKNOWN');
      if (packed !== null) reply.header('Content-Encoding', 'gzip');
      return reply
        .type(name.endsWith('.wasm') ? 'application/wasm' : 'text/javascript')
        .header('Vary', 'Accept-Encoding')
        .header('Cache-Control', dayCache)
        .send(bytes);
    },
  );
};

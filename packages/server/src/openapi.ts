import { atollVersion, researchNotice } from '@atoll/engines/notice';
import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';

/** /openapi.json, made from the same schemas that check requests and answers, and its page at /docs. */
export async function addOpenApi(fastify: FastifyInstance): Promise<void> {
  await fastify.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Atoll',
        version: atollVersion,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
        description:
          'From a stroke patient’s diffusion MRI (DWI and ADC) to a checked infarct mask. ' +
          `${researchNotice} Every error answers with {detail, code, action}.`,
      },
      tags: [
        { name: 'cases', description: 'What can be segmented.' },
        { name: 'jobs', description: 'Segmenting, and its results.' },
        { name: 'service', description: 'What runs here.' },
      ],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  // Its files come from the package itself, so the page works without the internet.
  await fastify.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    uiConfig: { deepLinking: true },
    theme: { title: 'Atoll: HTTP API' },
  });
  fastify.get('/openapi.json', { schema: { hide: true } }, async () => fastify.swagger());
}

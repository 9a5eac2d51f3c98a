import { atollVersion, researchNotice } from '@atoll/engines/notice';
import type { Settings } from '@atoll/instance/settings';
import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { placeOf } from '../access/cookies.ts';
import { PreparedAnswer, sendPrepared } from '../answers/prepared-answer.ts';
import { dicomWebBody, revisionBody, tusOperations, uploadBody } from './upload-form.ts';

type OpenApi = ReturnType<typeof jsonSchemaTransformObject>;

/** /openapi.json, made from the same schemas that check requests and answers, and its page at /docs. */
export async function addOpenApi(fastify: FastifyInstance, settings: Settings): Promise<void> {
  await fastify.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Atoll',
        version: atollVersion,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
        description:
          'From a stroke patient’s diffusion MRI (DWI and ADC) to a checked infarct mask. ' +
          `${researchNotice} Every error response is {detail, code, action}.`,
      },
      ...securityOf(settings),
      tags: [
        { name: 'cases', description: 'Cases that can be segmented.' },
        { name: 'archives', description: 'Examinations from archives and scanners, by DICOMweb.' },
        { name: 'jobs', description: 'Segmentation jobs and their results.' },
        { name: 'access', description: 'Who asks, links to results, tokens, and the log of who did what.' },
        { name: 'service', description: 'Engines and state of this instance.' },
      ],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => withoutUnusedSchemas(withUploads(jsonSchemaTransformObject(document))),
  });
  // Its files come from the package itself, so the page works without the internet.
  await fastify.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    uiConfig: { deepLinking: true },
    theme: {
      title: 'Atoll: HTTP API',
      css: [{ filename: 'atoll.css', content: '.swagger-ui .topbar { display: none }' }],
    },
  });
  let prepared: PreparedAnswer | null = null;
  fastify.get('/openapi.json', { schema: { hide: true } }, async (request, reply) => {
    prepared ??= new PreparedAnswer(JSON.stringify(fastify.swagger()));
    return sendPrepared(request, reply.header('Cache-Control', 'no-cache'), prepared);
  });
}

/** How one says who one is, where people sign in; the page that describes the API takes a token, too. */
function securityOf({ auth, publicUrl }: Settings) {
  if (auth.mode === 'none') return {};
  return {
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'A token of `atoll token add` or POST /api/tokens, within its scopes.',
        } as const,
        ...(auth.mode === 'oidc'
          ? {
              session: {
                type: 'apiKey',
                in: 'cookie',
                name: placeOf('session', publicUrl ?? 'http://localhost').name,
                description: 'Of who signed in at /sign-in; for Atoll’s own page alone.',
              } as const,
            }
          : {}),
      },
    },
    // Some routes ask for nobody: the empty one.
    security: [{ token: [] }, ...(auth.mode === 'oidc' ? [{ session: [] }] : []), {}],
  };
}

/** What is read as it comes, before any schema could see it. */
function withUploads(document: OpenApi): OpenApi {
  const add = document.paths?.['/api/cases']?.post;
  if (add !== undefined) Object.assign(add, { requestBody: uploadBody });
  const revise = document.paths?.['/api/jobs/{jobId}/revisions']?.post;
  if (revise !== undefined) Object.assign(revise, { requestBody: revisionBody });
  for (const path of ['/dicom-web/studies', '/dicom-web/studies/{studyUid}']) {
    const store = document.paths?.[path]?.post;
    if (store !== undefined) Object.assign(store, { requestBody: dicomWebBody });
  }
  for (const { path, method, parameters, status, headers, requestBody } of tusOperations) {
    const operations = document.paths?.[path];
    const found = operations?.[method];
    if (operations === undefined || found === undefined) continue;
    // Methods of one route share one object: each gets its own.
    Object.assign(operations, {
      [method]: {
        ...found,
        ...(requestBody === undefined ? {} : { requestBody }),
        parameters: [...(found.parameters ?? []), ...parameters],
        responses: { ...found.responses, [status]: { ...found.responses?.[status], headers } },
      },
    });
  }
  return document;
}

/** Each schema is made once for requests and once for answers; only the half that is referred to says anything. */
function withoutUnusedSchemas(document: OpenApi): OpenApi {
  if (!('components' in document) || document.components?.schemas === undefined) return document;
  const { schemas } = document.components;
  const used = new Set<string>();
  const follow = (part: unknown) => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      follow(schemas[name]);
    }
  };
  follow(document.paths);
  document.components.schemas = Object.fromEntries(
    Object.entries(schemas).filter(([name]) => used.has(name)),
  );
  return document;
}

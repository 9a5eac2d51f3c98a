import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { memoryParts } from '../../test/memory-parts.ts';
import { buildServer } from '../server.ts';

let server: FastifyInstance;
beforeAll(async () => {
  server = await buildServer(memoryParts());
});
afterAll(() => server.close());

it('/openapi.json describes every route, its answers and its errors', async () => {
  const answer = await server.inject({ url: '/openapi.json' });
  expect(answer.statusCode).toBe(200);
  const document = answer.json();
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths).sort()).toEqual([
    '/',
    '/api/archives',
    '/api/archives/{archive}/cases',
    '/api/archives/{archive}/search',
    '/api/audit',
    '/api/cases',
    '/api/cases/{caseId}',
    '/api/cases/{caseId}/images/{file}',
    '/api/engines',
    '/api/jobs/{jobId}',
    '/api/jobs/{jobId}/events',
    '/api/jobs/{jobId}/files.zip',
    '/api/jobs/{jobId}/retry',
    '/api/jobs/{jobId}/revisions',
    '/api/jobs/{jobId}/revisions/{number}',
    '/api/jobs/{jobId}/revisions/{number}/files.zip',
    '/api/jobs/{jobId}/revisions/{number}/files/{filename}',
    '/api/jobs/{jobId}/shares',
    '/api/me',
    '/api/segment',
    '/api/shares',
    '/api/shares/{shareId}',
    '/api/sign-out',
    '/api/tokens',
    '/api/tokens/{tokenId}',
    '/api/uploads',
    '/api/uploads/{uploadId}',
    '/atlas/{name}',
    '/config.json',
    '/dicom-web/studies',
    '/dicom-web/studies/{studyUid}',
    '/files/{jobId}/{caseId}/{filename}',
    '/health',
    '/metrics',
    '/model-runtime/{name}',
    '/ready',
    '/share/{secret}',
    '/sign-in',
    '/sign-in/done',
  ]);
  const { post } = document.paths['/api/segment'];
  expect(post.requestBody.content['application/json'].schema.$ref).toMatch(/SegmentRequest/);
  expect(Object.keys(post.responses)).toEqual(['202', '4XX', '5XX']);
  const upload = document.paths['/api/uploads/{uploadId}'];
  const names = (parameters: { name: string }[]) => parameters.map(({ name }) => name);
  expect(names(upload.patch.parameters)).toEqual(['uploadId', 'Tus-Resumable', 'Upload-Offset']);
  expect(names(upload.head.parameters)).toEqual(['uploadId', 'Tus-Resumable']);
  expect(upload.delete.requestBody).toBeUndefined();
  expect(Object.keys(upload.patch.requestBody.content)).toEqual(['application/offset+octet-stream']);
  expect(Object.keys(upload.head.responses['200'].headers)).toEqual(['Upload-Offset', 'Upload-Length']);
  expect(names(document.paths['/api/uploads'].post.parameters)).toContain('Tus-Resumable');
  const files = document.paths['/files/{jobId}/{caseId}/{filename}'].get.responses['200'].content;
  expect(Object.keys(files)).toEqual([
    'application/gzip',
    'application/json',
    'text/html',
    'application/pdf',
  ]);
  // Every reference leads somewhere, and no schema stands there unused.
  const text = JSON.stringify(document);
  const references = [...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name);
  expect(Object.keys(document.components.schemas).sort()).toEqual([...new Set(references)].sort());
  expect(text).not.toContain('Default Response');
  expect(document.components.schemas.Problem.required).toEqual(['detail', 'code', 'action']);
});

it('/docs shows it with files of its own, not from the internet', async () => {
  const page = await server.inject({ url: '/docs', headers: { accept: 'text/html' } });
  expect(page.statusCode).toBe(200);
  const links = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => String(link));
  expect(links.length).toBeGreaterThan(3);
  for (const link of links) {
    expect(link).toMatch(/^\/docs\/static\//);
    expect([link, (await server.inject({ url: link })).statusCode]).toEqual([link, 200]);
  }
  // Its policy allows no script in the page itself.
  expect(page.body).not.toMatch(/<script(?![^>]*src=)/);
});

it('/openapi.json says how one signs in, where one has to', async () => {
  const closed = await buildServer(
    memoryParts({
      ATOLL_AUTH: 'oidc',
      ATOLL_PUBLIC_URL: 'https://atoll.example.org',
      ATOLL_OIDC_ISSUER: 'http://localhost:9',
      ATOLL_OIDC_CLIENT_ID: 'atoll',
    }),
  );
  const { components, security } = (await closed.inject({ url: '/openapi.json' })).json();
  await closed.close();
  expect(components.securitySchemes).toMatchObject({
    token: { type: 'http', scheme: 'bearer' },
    session: { type: 'apiKey', in: 'cookie', name: '__Host-atoll-session' },
  });
  expect(components.schemas).toHaveProperty('Me');
  expect(security).toEqual([{ token: [] }, { session: [] }, {}]);
  expect((await server.inject({ url: '/openapi.json' })).json()).not.toHaveProperty('security');
});

import { Readable } from 'node:stream';
import { ReadingRequest, type ReviewCase, type ReviewedCase, type ReviewList } from '@atoll/contract/review';
import { AtollError } from '@atoll/errors/error';
import Fastify, { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { answerProblems, sendProblem } from '../answers/problems.ts';
import { addStaticPage } from '../answers/static-page.ts';
import { answerBrokenRequest } from '../guards/broken-request.ts';
import { securityHeaders } from '../guards/security-headers.ts';
import { receiveRevision } from '../jobs/revision-form.ts';

const fileNames = [
  'dwi',
  'adc',
  'flair',
  'reference',
  'mask',
  'missed',
  'brain',
  'probability',
  'territories',
] as const;
/** The images and masks of a case, by the names of their addresses. */
export type ReviewFileName = (typeof fileNames)[number];

/** One reader before the results of a derivative. Addresses in what it answers are relative to the page. */
export type ReviewPort = {
  list(): Promise<ReviewList>;
  case(id: string): Promise<ReviewCase>;
  file(id: string, name: ReviewFileName): Promise<Uint8Array>;
  correctedMask(id: string, rater: string): Promise<Uint8Array>;
  give(id: string, wanted: z.output<typeof ReadingRequest>, mask: Uint8Array | null): Promise<ReviewedCase>;
};

type ReviewServerParts = {
  readonly desk: ReviewPort;
  /** Where the built page lies. */
  readonly pageDir: string;
  /** In every address, and known to nobody else: letters and digits. */
  readonly key: string;
};

const CaseParams = z.object({ id: z.string().max(64) });
const FileParams = CaseParams.extend({ name: z.templateLiteral([z.enum(fileNames), '.nii.gz']) });
const CorrectedParams = CaseParams.extend({ rater: z.string().max(64) });
const maxBodyBytes = 64 * 1024;

/**
 * What `atoll review` serves: the page and one reader's review of a derivative, to this machine alone. All of it lies
 * below a random key, so that neither another user of the machine nor a page elsewhere can ask for it. Not listening
 * yet.
 */
export async function buildReviewServer({ desk, pageDir, key }: ReviewServerParts): Promise<FastifyInstance> {
  const headers = {
    ...securityHeaders({ frameOrigins: [] }),
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
  const fastify = Fastify({
    bodyLimit: maxBodyBytes,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => {
      reply.headers(headers);
      sendProblem(error, request, reply);
    },
    clientErrorHandler: answerBrokenRequest(headers),
  });
  fastify.removeContentTypeParser('text/plain');
  answerProblems(fastify);
  fastify.addHook('onRequest', async ({ method, headers: { host = '', origin } }, reply) => {
    reply.headers(headers);
    // A name of a stranger's that points to this machine is not ours.
    if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host)) throw new AtollError('ROUTE_UNKNOWN');
    if (method !== 'GET' && method !== 'HEAD' && origin !== undefined && origin !== `http://${host}`)
      throw new AtollError('ROUTE_UNKNOWN');
  });
  await fastify.register(
    async (inside) => {
      await addStaticPage(inside, pageDir);
      inside.get('/', (_request, reply) => reply.sendFile('index.html'));
      inside.get('/config.json', async () => ({ review: true }));
      await inside.register(reviewRoutes, { desk });
    },
    { prefix: `/${key}` },
  );
  await fastify.ready();
  return fastify;
}

async function reviewRoutes(
  fastify: FastifyInstance,
  { desk }: { readonly desk: ReviewPort },
): Promise<void> {
  // Patients' images are kept by no browser.
  fastify.addHook('onRequest', async (_request, reply) => {
    reply.header('Cache-Control', 'no-store');
  });
  fastify.addContentTypeParser('multipart/form-data', (_request, payload, done) => done(null, payload));

  fastify.get('/api/review', () => desk.list());

  fastify.get('/api/review/cases/:id', ({ params }) => desk.case(known(CaseParams, params).id));

  fastify.get('/api/review/cases/:id/files/:name', async ({ params }, reply) => {
    const { id, name } = known(FileParams, params);
    const role = fileNames.find((each) => name === `${each}.nii.gz`);
    if (role === undefined) throw new AtollError('FILE_UNKNOWN');
    return sendImage(await desk.file(id, role), reply.type('application/gzip'));
  });

  fastify.get('/api/review/cases/:id/corrected/:rater', async ({ params }, reply) => {
    const { id, rater } = known(CorrectedParams, params);
    return sendImage(await desk.correctedMask(id, rater), reply.type('application/gzip'));
  });

  fastify.post('/api/review/cases/:id', async ({ params, headers, body }) => {
    const { id } = known(CaseParams, params);
    if (!(body instanceof Readable)) return desk.give(id, wantedOf(body), null);
    const { fields, mask } = await receiveRevision(headers, body);
    return desk.give(id, wantedOf(fields), mask);
  });
}

function sendImage(bytes: Uint8Array, reply: { send(payload: Buffer): unknown }): unknown {
  return reply.send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

/** @throws AtollError FILE_UNKNOWN */
function known<Schema extends z.ZodType>(schema: Schema, params: unknown): z.output<Schema> {
  const parsed = schema.safeParse(params);
  if (!parsed.success) throw new AtollError('FILE_UNKNOWN');
  return parsed.data;
}

/** @throws AtollError REQUEST_INVALID */
function wantedOf(fields: unknown): z.output<typeof ReadingRequest> {
  const parsed = ReadingRequest.safeParse(fields);
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  throw new AtollError(
    'REQUEST_INVALID',
    `The request does not have the expected form: ${path.join('.')}: ${message}.`,
  );
}

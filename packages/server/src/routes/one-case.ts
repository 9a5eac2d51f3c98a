import { Readable } from 'node:stream';
import { isUploadId } from '@atoll/cases/uploads/uploaded-cases';
import { CaseAdded, CaseDetail, CaseId, CaseOfUploads } from '@atoll/contract/cases';
import { AtollError } from '@atoll/errors/error';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ownerFor } from '../access/owner.ts';
import { untilGone } from '../answers/until-gone.ts';
import { type FoundCase, findCase } from '../cases/find-case.ts';
import { clientOf } from '../guards/client-id.ts';
import type { ServerParts } from '../parts.ts';
import { answer, problemAnswers } from './answers.ts';
import { imageUrls } from './cases.ts';

type OneCaseParts = Pick<ServerParts, 'cases' | 'jobs' | 'uploads' | 'settings'>;

/** Not checked by the schema: a malformed id is the id of no case (404), not a bad request. */
const Params = z.object({ caseId: z.string() });

/** `POST /api/cases`, and what can be asked and done about one case. */
export const oneCaseRoutes: FastifyPluginAsyncZod<OneCaseParts> = async (fastify, parts) => {
  const { jobs, uploads, settings } = parts;
  // Only here: the form is read as it comes.
  fastify.addContentTypeParser('multipart/form-data', (_request, payload, done) => done(null, payload));

  fastify.post(
    '/api/cases',
    {
      config: { slowBody: true },
      schema: {
        tags: ['cases'],
        summary: 'Upload a case: DWI, ADC and, optionally, FLAIR and a reference mask',
        response: { 201: answer('The case was accepted.', CaseAdded), ...problemAnswers },
      },
    },
    async (request, reply) => {
      if (uploads === null) throw new AtollError('UPLOADS_OFF');
      const { limits } = uploads;
      const announced = Number(request.headers['content-length'] ?? 0);
      const isForm = request.body instanceof Readable;
      // More than the files' own bytes may come: names, and what stands around them.
      if (isForm && announced > limits.maxBytes + (1 << 20) + 1024 * limits.maxFiles) {
        throw new AtollError('UPLOAD_TOO_LARGE');
      }
      const signal = untilGone(request, reply);
      const { body, headers } = request;
      const sender = { client: clientOf(request), owner: ownerFor(request, settings) };
      const { caseId, remarks } =
        body instanceof Readable
          ? await uploads.takeInForm(sender, headers, body, signal)
          : await uploads.takeInUploads(sender, readWanted(body), signal);
      const found = await findCase(parts, caseId);
      request.madeId = caseId;
      request.log.info({ images: found.summary.images.length }, 'case taken in');
      const caseUrl = `${request.publicUrl}/api/cases/${caseId}`;
      reply.code(201).header('Location', caseUrl).header('Cache-Control', 'no-store');
      return {
        ...describe(found, request.publicUrl),
        caseId,
        remarks: [...remarks],
        caseUrl,
        deleteUrl: caseUrl,
        pageUrl: `${request.publicUrl}/?case=${caseId}`,
      };
    },
  );

  fastify.get(
    '/api/cases/:caseId',
    {
      schema: {
        tags: ['cases'],
        summary: 'A single case, listed or uploaded',
        params: Params,
        response: { 200: answer('The case.', CaseDetail), ...problemAnswers },
      },
    },
    async (request, reply) => {
      reply.header('Cache-Control', 'no-store');
      return describe(await find(request.params.caseId), request.publicUrl);
    },
  );

  fastify.delete(
    '/api/cases/:caseId',
    {
      schema: {
        tags: ['cases'],
        summary: 'Delete an uploaded case immediately, with its jobs and results; running jobs are stopped',
        params: Params,
        response: { 204: z.undefined().describe('Removed.'), ...problemAnswers },
      },
    },
    async (request, reply) => {
      const { summary } = await find(request.params.caseId);
      if (!isUploadId(summary.id)) throw new AtollError('CASE_NOT_REMOVABLE');
      await jobs.cases.remove(summary.id);
      return reply.code(204).send();
    },
  );

  async function find(caseId: string): Promise<FoundCase> {
    if (caseId === '') throw new AtollError('ROUTE_UNKNOWN');
    if (!CaseId.safeParse(caseId).success) throw new AtollError('CASE_NOT_FOUND');
    return findCase(parts, caseId).catch((thrown: unknown) => {
      // In an address an unknown case is an address of nothing.
      const isUnknown = thrown instanceof AtollError && thrown.code === 'CASE_UNKNOWN';
      throw isUnknown ? new AtollError('CASE_NOT_FOUND') : thrown;
    });
  }
};

/** @throws AtollError REQUEST_INVALID */
function readWanted(body: unknown): CaseOfUploads {
  const parsed = CaseOfUploads.safeParse(body);
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  throw new AtollError('REQUEST_INVALID', `The request is not valid: ${path.join('.')}: ${message}.`);
}

function describe({ summary: found, expiresAt }: FoundCase, publicUrl: string): CaseDetail {
  const { owner: _owner, ...summary } = found;
  return {
    ...summary,
    images: [...summary.images],
    imageUrls: imageUrls(summary, publicUrl),
    isUpload: isUploadId(summary.id),
    expiresAt: expiresAt?.toISOString() ?? null,
    derivation: [...(summary.derivation ?? [])],
  };
}

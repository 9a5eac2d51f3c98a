import { Readable } from 'node:stream';
import { storeAnswer } from '@atoll/archive/store-answer';
import { isUid } from '@atoll/dicom/web/instance-header';
import { AtollError } from '@atoll/errors/error';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ownerFor } from '../access/owner.ts';
import { clientOf } from '../guards/client-id.ts';
import type { ServerParts } from '../parts.ts';
import { problemAnswers } from './answers.ts';

type DicomWebParts = Pick<ServerParts, 'settings' | 'arrivals'>;

const outcome = z.unknown().describe('Store instances response (DICOM PS3.18 10.5.3).');
const schema = {
  tags: ['archives'],
  summary: 'Store DICOM instances (STOW-RS); a study that is complete becomes a case and is run by rule',
  response: { 200: outcome, 202: outcome, 409: outcome, ...problemAnswers },
};

/** `/dicom-web/studies`: where archives and scanners store examinations. */
export const dicomWebRoutes: FastifyPluginAsyncZod<DicomWebParts> = async (fastify, parts) => {
  const { settings, arrivals = null } = parts;
  // Only here: the body is read as it comes.
  fastify.addContentTypeParser('multipart/related', (_request, payload, done) => done(null, payload));

  fastify.post('/dicom-web/studies', { config: { slowBody: true }, schema }, (request, reply) =>
    store(request, reply, null),
  );
  fastify.post(
    '/dicom-web/studies/:studyUid',
    { config: { slowBody: true }, schema: { ...schema, params: z.object({ studyUid: z.string() }) } },
    (request, reply) => {
      const { studyUid } = request.params;
      if (!isUid(studyUid)) throw new AtollError('REQUEST_INVALID', 'The address names no study.');
      return store(request, reply, studyUid);
    },
  );

  async function store(request: FastifyRequest, reply: FastifyReply, studyUid: string | null) {
    if (arrivals === null) throw new AtollError('DICOM_RECEIVE_OFF');
    const { body, headers } = request;
    if (!(body instanceof Readable)) throw new AtollError('CONTENT_TYPE_UNSUPPORTED');
    if (Number(headers['content-length'] ?? 0) > settings.uploadMaxBytes + 1024 * settings.uploadMaxFiles) {
      throw new AtollError('UPLOAD_TOO_LARGE');
    }
    const sender = { client: clientOf(request), owner: ownerFor(request, settings) };
    const { outcomes, studyIds } = await arrivals.receive(sender, headers, body, studyUid);
    request.madeId = studyIds[0] ?? null;
    const failed = outcomes.filter(({ failure }) => failure !== null).length;
    request.log.info({ files: outcomes.length, failed }, 'instances stored');
    const { status, body: answer } = storeAnswer(outcomes);
    return reply
      .code(status)
      .header('Cache-Control', 'no-store')
      .type('application/dicom+json')
      .serializer((payload: unknown) => JSON.stringify(payload))
      .send(answer);
  }
};

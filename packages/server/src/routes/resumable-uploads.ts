import { Readable } from 'node:stream';
import { AtollError } from '@atoll/errors/error';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ownerFor } from '../access/owner.ts';
import { clientOf } from '../guards/client-id.ts';
import type { ServerParts } from '../parts.ts';
import { problemAnswers } from './answers.ts';

type ResumableParts = Pick<ServerParts, 'uploads' | 'settings'>;

const Params = z.object({ uploadId: z.string().describe('32 hexadecimal digits.') });
const none = (description: string) => z.undefined().describe(description);

/** `/api/uploads`: large files in pieces, by the tus protocol. */
export const resumableUploadRoutes: FastifyPluginAsyncZod<ResumableParts> = async (fastify, parts) => {
  const { uploads, settings } = parts;
  // Only here: each body is handed on as it comes.
  fastify.addContentTypeParser('application/offset+octet-stream', (_request, payload, done) =>
    done(null, payload),
  );
  const answer = async (request: FastifyRequest, uploadId: string | null) => {
    if (uploads === null) throw new AtollError('UPLOADS_OFF');
    const { method, headers, body } = request;
    return uploads.resumable.answer({
      method,
      headers,
      uploadId,
      owner: ownerFor(request, settings),
      body: body instanceof Readable ? body : null,
    });
  };

  fastify.post(
    '/api/uploads',
    {
      config: { slowBody: true },
      schema: {
        tags: ['cases'],
        summary:
          'Start an upload of one file with the tus protocol (1.0.0); POST /api/cases makes a case from uploaded files',
        headers: z.looseObject({
          'upload-length': z
            .string()
            .regex(/^\d{1,15}$/, 'the file size in bytes is required')
            .describe('Size of the file in bytes.'),
        }),
        response: { 201: none('Location is the URL of the upload.'), ...problemAnswers },
      },
    },
    async (request, reply) => {
      const bytes = Number(request.headers['upload-length']);
      if (uploads === null) throw new AtollError('UPLOADS_OFF');
      if (bytes > uploads.limits.maxBytes) throw new AtollError('UPLOAD_TOO_LARGE');
      const { headers, uploadId } = await uploads.resumable.begin(clientOf(request), bytes, async () => {
        await uploads.room.check();
        return answer(request, null);
      });
      reply.code(201).headers(Object.fromEntries(headers));
      return reply.header('Location', `${request.publicUrl}/api/uploads/${uploadId}`).send(undefined);
    },
  );

  fastify.route({
    method: ['HEAD', 'PATCH', 'DELETE'],
    url: '/api/uploads/:uploadId',
    config: { slowBody: true },
    schema: {
      tags: ['cases'],
      summary:
        'Get the offset of an upload (HEAD), send its next chunk (PATCH) or cancel it (DELETE), with the tus protocol',
      params: Params,
      response: {
        200: none('The current offset: Upload-Offset.'),
        204: none('Done; Upload-Offset is the current offset.'),
        ...problemAnswers,
      },
    },
    handler: async (request, reply) => {
      if (request.method === 'PATCH') await uploads?.room.check();
      const { headers } = await answer(request, request.params.uploadId);
      reply.code(request.method === 'HEAD' ? 200 : 204).headers(Object.fromEntries(headers));
      return reply.send(undefined);
    },
  });
};

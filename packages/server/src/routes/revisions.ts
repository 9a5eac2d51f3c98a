import { Readable } from 'node:stream';
import { Revision as RevisionAnswer, RevisionList, RevisionRequest } from '@atoll/contract/revisions';
import { AtollError } from '@atoll/errors/error';
import type { Job } from '@atoll/jobs/job';
import type { Revision } from '@atoll/jobs/revision';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { imageCaching, sendFile } from '../answers/file-answer.ts';
import { zipOf } from '../answers/zip.ts';
import { clientOf } from '../guards/client-id.ts';
import { downloadName, isRevisionFileName, savedCaseName } from '../jobs/result-files.ts';
import { answerRevision, answerRevisions } from '../jobs/revision-answer.ts';
import { RevisionDesk } from '../jobs/revision-desk.ts';
import { receiveRevision } from '../jobs/revision-form.ts';
import type { ServerParts } from '../parts.ts';
import { isReadableName, type ReportDesk } from '../reports/report-desk.ts';
import { sendReadable } from '../reports/send-readable.ts';
import { answer, asItComes, problemAnswers, resultFileAnswers, zipAnswer } from './answers.ts';
import { findJob } from './jobs.ts';

type RevisionParts = Pick<ServerParts, 'jobs' | 'atlas' | 'settings'> & { readonly reports: ReportDesk };

const jobId = z.string().describe('32 hexadecimal digits.');
const number = z.string().describe('Of the revision, from 1.');

/** `/api/jobs/{jobId}/revisions`: what readers made of a result, beside what the engine found. */
export const revisionRoutes: FastifyPluginAsyncZod<RevisionParts> = async (fastify, parts) => {
  const { jobs, settings, reports } = parts;
  const desk = new RevisionDesk(parts);
  // Only here: the form is read as it comes.
  fastify.addContentTypeParser('multipart/form-data', (_request, payload, done) => done(null, payload));

  fastify.post(
    '/api/jobs/:jobId/revisions',
    {
      config: { slowBody: true },
      schema: {
        tags: ['jobs'],
        summary: 'Accept, correct or reject a result: makes a revision of it, with a report of its own',
        description:
          'A corrected mask comes along as NIfTI on the grid of the DWI; its axes may be in any order. Nothing is ' +
          'overwritten. `parent` must be the newest revision: whoever revises an older one is told with 409 ' +
          '(REVISION_CONFLICT). The same request sent again is answered with the revision that it made.',
        params: z.object({ jobId }),
        response: { 201: answer('The revision is kept.', RevisionAnswer), ...problemAnswers },
      },
    },
    async (request, reply) => {
      // Before a body is read that nobody wants.
      const job = await findJob(jobs, request.params.jobId);
      if (job.status !== 'completed') throw new AtollError('JOB_NOT_COMPLETED');
      const { body } = request;
      const { fields, mask } =
        body instanceof Readable
          ? await receiveRevision(request.headers, body)
          : { fields: body, mask: null };
      const wanted = signed(readWanted(fields), request);
      const revision = await desk.make(clientOf(request), job.jobId, wanted, mask);
      request.log.info({ verdict: revision.verdict }, 'revision kept');
      const made = await answerRevision(revision, jobs, request.publicUrl);
      reply.code(201).header('Location', made.url).header('Cache-Control', 'no-store');
      return made;
    },
  );

  fastify.get(
    '/api/jobs/:jobId/revisions',
    {
      schema: {
        tags: ['jobs'],
        summary: 'All revisions of a result, the oldest first',
        params: z.object({ jobId }),
        response: { 200: answer('The revisions.', RevisionList), ...problemAnswers },
      },
      validatorCompiler: asItComes,
    },
    async (request, reply) => {
      reply.header('Cache-Control', 'no-store');
      return answerRevisions(await findJob(jobs, request.params.jobId), jobs, request.publicUrl);
    },
  );

  fastify.get(
    '/api/jobs/:jobId/revisions/:number',
    {
      schema: {
        tags: ['jobs'],
        summary: 'One revision with its report',
        params: z.object({ jobId, number }),
        response: { 200: answer('The revision.', RevisionAnswer), ...problemAnswers },
      },
      validatorCompiler: asItComes,
    },
    async (request, reply) => {
      reply.header('Cache-Control', 'no-store');
      const { revision } = await find(request.params);
      return answerRevision(revision, jobs, request.publicUrl);
    },
  );

  fastify.route({
    method: ['GET', 'HEAD'],
    url: '/api/jobs/:jobId/revisions/:number/files/:filename',
    schema: {
      tags: ['jobs'],
      summary:
        'A file of a revision (its mask, report.json; report.html and report.pdf to read); takes one byte range',
      params: z.object({ jobId, number, filename: z.string() }),
      response: { ...resultFileAnswers, ...problemAnswers },
    },
    validatorCompiler: asItComes,
    handler: async (request, reply) => {
      const { job, revision } = await find(request.params);
      const { filename } = request.params;
      if (isReadableName(filename)) {
        const made = (await reports.open(clientOf(request), job, revision.revisionId)).get(filename);
        if (made === undefined) throw new AtollError('FILE_UNKNOWN');
        return sendReadable(request, reply, {
          file: made,
          name: filename,
          caseId: job.caseId,
          prefix: `revision-${revision.number}_`,
          cacheControl: imageCaching(settings),
        });
      }
      // Only names that a revision can have reach the store.
      if (!isRevisionFileName(filename)) throw new AtollError('FILE_UNKNOWN');
      const file = await jobs.results.open(revision.revisionId, filename);
      if (file === null) throw new AtollError('FILE_UNKNOWN');
      return sendFile(request, reply, {
        file,
        bytes: null,
        etag: `"${file.sizeBytes.toString(36)}-${file.modifiedAt.getTime().toString(36)}"`,
        contentType: filename.endsWith('.json') ? 'application/json; charset=utf-8' : 'application/gzip',
        fileName: downloadName(job.caseId, `revision-${revision.number}_${filename}`),
        cacheControl: imageCaching(settings),
      });
    },
  });

  fastify.get(
    '/api/jobs/:jobId/revisions/:number/files.zip',
    {
      schema: {
        tags: ['jobs'],
        summary: 'All files of a revision in one ZIP',
        params: z.object({ jobId, number }),
        response: { ...zipAnswer, ...problemAnswers },
      },
      validatorCompiler: asItComes,
    },
    async (request, reply) => {
      const { job, revision } = await find(request.params);
      const names = (await jobs.results.names(revision.revisionId)).filter(isRevisionFileName);
      if (names.length === 0) throw new AtollError('RESULT_GONE');
      const folder = `${savedCaseName(job.caseId)}_revision-${revision.number}`;
      const entryName = (name: string) => `${folder}/${downloadName(job.caseId, name)}`;
      const entries = names.sort().map((name) => ({
        name: entryName(name),
        open: async () => {
          const file = await jobs.results.open(revision.revisionId, name);
          if (file === null) throw new AtollError('RESULT_GONE');
          return file;
        },
      }));
      const readable = await reports.entries(clientOf(request), job, entryName, revision.revisionId);
      return reply
        .type('application/zip')
        .header('Content-Disposition', `attachment; filename="${folder}.zip"`)
        .header('Cache-Control', 'private, no-store')
        .send(zipOf([...entries, ...readable]));
    },
  );

  /** @throws AtollError JOB_UNKNOWN, JOB_EXPIRED, REVISION_UNKNOWN */
  async function find(params: { jobId: string; number: string }): Promise<{ job: Job; revision: Revision }> {
    const job = await findJob(jobs, params.jobId);
    const isNumber = /^[1-9]\d{0,5}$/.test(params.number);
    const revision = isNumber ? await jobs.revisions.get(job.jobId, Number(params.number)) : null;
    if (revision === null) throw new AtollError('REVISION_UNKNOWN');
    return { job, revision };
  }
};

/** Whoever has signed in stands behind what they say, whatever name the request gives. */
function signed(wanted: z.output<typeof RevisionRequest>, { visitor }: FastifyRequest) {
  return { ...wanted, author: visitor?.principal?.name ?? wanted.author };
}

/** @throws AtollError REQUEST_INVALID */
function readWanted(fields: unknown): z.output<typeof RevisionRequest> {
  const parsed = RevisionRequest.safeParse(fields);
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  throw new AtollError(
    'REQUEST_INVALID',
    `The request does not have the expected form: ${path.join('.')}: ${message}.`,
  );
}

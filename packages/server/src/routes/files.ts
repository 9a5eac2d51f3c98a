import { reportFileName } from '@atoll/engines/result-files';
import { AtollError } from '@atoll/errors/error';
import type { Job } from '@atoll/jobs/job';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { imageCaching, sendFile } from '../answers/file-answer.ts';
import { FileMemory } from '../answers/file-memory.ts';
import { clientOf } from '../guards/client-id.ts';
import { downloadName, isResultFileName } from '../jobs/result-files.ts';
import type { JobDesk, ServerParts } from '../parts.ts';
import { isReadableName, type ReportDesk } from '../reports/report-desk.ts';
import { sendReadable } from '../reports/send-readable.ts';
import { asItComes, problemAnswers, resultFileAnswers } from './answers.ts';
import { findJob } from './jobs.ts';

type FileParts = Pick<ServerParts, 'jobs' | 'settings'> & { readonly reports: ReportDesk };

/** `/files/{jobId}/{caseId}/{filename}`: what a completed job left. */
export const fileRoutes: FastifyPluginAsyncZod<FileParts> = async (fastify, { jobs, settings, reports }) => {
  const memory = new FileMemory();
  fastify.route({
    method: ['GET', 'HEAD'],
    url: '/files/:jobId/:caseId/:filename',
    schema: {
      tags: ['jobs'],
      summary:
        'A file of a completed job (images, mask, report.json; report.html and report.pdf to read); supports one byte range',
      params: z.object({ jobId: z.string(), caseId: z.string(), filename: z.string() }),
      response: { ...resultFileAnswers, ...problemAnswers },
    },
    validatorCompiler: asItComes,
    handler: async (request, reply) => {
      const { jobId, caseId, filename } = request.params;
      const job = await findJob(jobs, jobId);
      if (job.caseId === caseId && isReadableName(filename)) {
        if (job.status !== 'completed') throw new AtollError('FILE_UNKNOWN');
        const file = (await reports.open(clientOf(request), job)).get(filename);
        if (file === undefined) throw new AtollError('FILE_UNKNOWN');
        return sendReadable(request, reply, {
          file,
          name: filename,
          caseId,
          cacheControl: imageCaching(settings),
        });
      }
      // Only names that such a job can have reach the store: no path is ever made of what a client sends.
      if (job.caseId !== caseId || !isResultFileName(caseId, filename)) throw new AtollError('FILE_UNKNOWN');
      const file = await jobs.results.open(jobId, filename);
      if (file === null) throw new AtollError((await isGone(job, jobs)) ? 'RESULT_GONE' : 'FILE_UNKNOWN');
      // The files of a job come into place whole and are never edited.
      const etag = `"${file.sizeBytes.toString(36)}-${file.modifiedAt.getTime().toString(36)}"`;
      const isWanted = request.method === 'GET' && request.headers['if-none-match'] === undefined;
      return sendFile(request, reply, {
        file,
        bytes: isWanted ? await memory.read(`${jobId}/${filename} ${etag}`, file) : null,
        etag,
        contentType: filename.endsWith('.json') ? 'application/json; charset=utf-8' : 'application/gzip',
        fileName: downloadName(caseId, filename),
        cacheControl: imageCaching(settings),
      });
    },
  });
};

/** Had this job a result that is no longer kept? Every completed job has a report. */
async function isGone(job: Job, jobs: JobDesk): Promise<boolean> {
  return job.status === 'completed' && (await jobs.results.open(job.jobId, reportFileName)) === null;
}

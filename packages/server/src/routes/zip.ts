import { AtollError } from '@atoll/errors/error';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { zipOf } from '../answers/zip.ts';
import { clientOf } from '../guards/client-id.ts';
import { downloadName, isResultFileName, savedCaseName, zipName } from '../jobs/result-files.ts';
import type { ServerParts } from '../parts.ts';
import type { ReportDesk } from '../reports/report-desk.ts';
import { problemAnswers, zipAnswer } from './answers.ts';
import { findJob } from './jobs.ts';

type ZipParts = Pick<ServerParts, 'jobs'> & { readonly reports: ReportDesk };

/** `/api/jobs/{jobId}/files.zip`: everything that a job left, to be kept elsewhere. */
export const zipRoutes: FastifyPluginAsyncZod<ZipParts> = async (fastify, { jobs, reports }) => {
  fastify.get(
    '/api/jobs/:jobId/files.zip',
    {
      schema: {
        tags: ['jobs'],
        summary: 'Mask, reports (JSON, HTML, PDF) and images of a completed job in a ZIP file',
        params: z.object({ jobId: z.string().describe('32 hexadecimal digits.') }),
        response: {
          ...zipAnswer,
          ...problemAnswers,
        },
      },
    },
    async (request, reply) => {
      const job = await findJob(jobs, request.params.jobId);
      const { jobId, caseId } = job;
      const names = (await jobs.results.names(jobId)).filter((name) => isResultFileName(caseId, name));
      if (names.length === 0) {
        throw new AtollError(job.status === 'completed' ? 'RESULT_GONE' : 'FILE_UNKNOWN');
      }
      const entryName = (name: string) => `${savedCaseName(caseId)}/${downloadName(caseId, name)}`;
      const entries = names.sort().map((name) => ({
        name: entryName(name),
        open: async () => {
          const file = await jobs.results.open(jobId, name);
          if (file === null) throw new AtollError('RESULT_GONE');
          return file;
        },
      }));
      const readable = await reports.entries(clientOf(request), job, entryName);
      return reply
        .type('application/zip')
        .header('Content-Disposition', `attachment; filename="${zipName(job)}"`)
        .header('Cache-Control', 'private, no-store')
        .send(zipOf([...entries, ...readable]));
    },
  );
};

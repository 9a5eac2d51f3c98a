import { Job as JobAnswer, SegmentAccepted } from '@atoll/contract/jobs';
import { contractType } from '@atoll/contract/media-type';
import { AtollError } from '@atoll/errors/error';
import { isJobId, type Job } from '@atoll/jobs/job';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ownerFor } from '../access/owner.ts';
import { knowsContract } from '../answers/dialect.ts';
import { sendPrepared } from '../answers/prepared-answer.ts';
import { clientOf } from '../guards/client-id.ts';
import { answerJob } from '../jobs/job-answer.ts';
import type { JobAnswers } from '../jobs/job-answers.ts';
import type { JobDesk, ServerParts } from '../parts.ts';
import { answer, asItComes, notModified, problemAnswers } from './answers.ts';

/** Not checked by the schema: a malformed id is the id of no job (404), not a bad request. */
const Params = z.object({ jobId: z.string().describe('32 hexadecimal digits.') });

type JobParts = Pick<ServerParts, 'jobs' | 'settings'> & { readonly answers: JobAnswers };

/** `/api/jobs/{jobId}`. */
export const jobRoutes: FastifyPluginAsyncZod<JobParts> = async (fastify, parts) => {
  const { jobs, answers, settings } = parts;
  fastify.get(
    '/api/jobs/:jobId',
    {
      schema: {
        tags: ['jobs'],
        summary: 'State of a job, with its result once completed',
        description:
          `A client that supports the state \`cancelled\`, and 410 for expired jobs, says so with ${contractType} ` +
          'in Accept. For any other client a cancelled job is `failed` with the code JOB_CANCELLED, and an expired one is ' +
          'not found: clients of the original service would otherwise poll forever.',
        params: Params,
        response: { 200: answer('The job.', JobAnswer), 304: notModified, ...problemAnswers },
      },
      validatorCompiler: asItComes,
    },
    async (request, reply) => {
      reply.header('Cache-Control', 'no-store');
      const knows = knowsContract(request);
      try {
        const job = await findJob(jobs, request.params.jobId);
        return sendPrepared(request, reply, await answers.answer(job, request.publicUrl, knows));
      } catch (thrown) {
        throw knows ? thrown : asNotFound(thrown);
      }
    },
  );

  fastify.post(
    '/api/jobs/:jobId/retry',
    {
      schema: {
        tags: ['jobs'],
        summary: 'Run a failed or cancelled job again, as a new job',
        params: Params,
        response: { 202: answer('The new job is queued.', SegmentAccepted), ...problemAnswers },
      },
    },
    async (request, reply) => {
      const failed = await findJob(jobs, request.params.jobId);
      const { jobId } = await jobs.retry(failed.jobId, {
        client: clientOf(request),
        owner: ownerFor(request, settings),
      });
      request.madeId = jobId;
      reply.code(202).header('Location', `${request.publicUrl}/api/jobs/${jobId}`);
      return { jobId, status: 'pending' as const, message: 'The job is queued again.' };
    },
  );

  fastify.delete(
    '/api/jobs/:jobId',
    {
      schema: {
        tags: ['jobs'],
        summary: 'Cancel a waiting or running job; with purge=true, delete a finished job with its files',
        params: Params,
        querystring: z.object({
          purge: z
            .enum(['true', 'false'])
            .default('false')
            .describe('true permanently deletes a finished job and its files; the response is 204.'),
        }),
        response: {
          200: answer('The job after the change.', JobAnswer),
          204: z.undefined().describe('Deleted.'),
          ...problemAnswers,
        },
      },
    },
    async (request, reply) => {
      const job = await findJob(jobs, request.params.jobId);
      if (request.query.purge === 'true') {
        await jobs.purge(job.jobId);
        return reply.code(204).send();
      }
      return answerJob(await jobs.cancel(job.jobId), jobs, request.publicUrl);
    },
  );
};

/** What is no longer kept, for those who know no other end than 404. */
function asNotFound(thrown: unknown): unknown {
  const isGone =
    thrown instanceof AtollError && (thrown.code === 'JOB_EXPIRED' || thrown.code === 'RESULT_GONE');
  return isGone
    ? new AtollError('JOB_UNKNOWN', `Job not found. ${thrown.message}`, { cause: thrown })
    : thrown;
}

/** @throws AtollError JOB_UNKNOWN, JOB_EXPIRED */
export async function findJob(jobs: JobDesk, jobId: string): Promise<Job> {
  const job = isJobId(jobId) ? await jobs.get(jobId) : null;
  if (job === null) throw new AtollError('JOB_UNKNOWN');
  return job;
}

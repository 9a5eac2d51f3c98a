import { AtollError } from '@atoll/errors/error';
import { hasEnded } from '@atoll/jobs/job';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { takeOver } from '../answers/raw-reply.ts';
import { clientOf } from '../guards/client-id.ts';
import { usualCrowd } from '../guards/crowd-limit.ts';
import { EventStreams } from '../jobs/event-streams.ts';
import type { JobAnswers } from '../jobs/job-answers.ts';
import type { ServerParts } from '../parts.ts';
import { problemAnswers } from './answers.ts';
import { findJob } from './jobs.ts';

type EventParts = Pick<ServerParts, 'jobs' | 'crowd'> & { readonly answers: JobAnswers };

/** `/api/jobs/{jobId}/events`: a job as it changes, as server-sent events. */
export const eventRoutes: FastifyPluginAsyncZod<EventParts> = async (
  fastify,
  { jobs, answers, crowd = usualCrowd },
) => {
  const streams = new EventStreams(jobs, answers);
  fastify.addHook('preClose', async () => streams.close());

  fastify.get(
    '/api/jobs/:jobId/events',
    {
      config: { isLong: true },
      schema: {
        tags: ['jobs'],
        summary: 'Updates of the job until it finishes, as server-sent events, each with the whole job',
        description:
          'Events are named `job`; their data is the response of GET /api/jobs/{jobId}. Last-Event-ID resumes: ' +
          'updates the client has seen are not repeated, and 204 tells a client that has seen the end to stop.',
        params: z.object({ jobId: z.string().describe('32 hexadecimal digits.') }),
        response: {
          200: {
            description: 'The stream.',
            content: { 'text/event-stream': { schema: z.any().meta({ type: 'string' }) } },
          },
          204: z.undefined().describe('The job has finished, and the client knows.'),
          ...problemAnswers,
        },
      },
    },
    async (request, reply) => {
      const client = clientOf(request);
      // Before anything is looked up. One client may have no more than it leaves to all others.
      const left = crowd.streams - streams.size;
      if (left <= streams.sizeOf(client)) throw new AtollError('STREAMS_FULL');
      const { jobId, status, version } = await findJob(jobs, request.params.jobId);
      const seen = Number(request.headers['last-event-id'] ?? Number.NaN);
      if (seen === version && hasEnded(status)) return reply.code(204).send();
      reply
        .type('text/event-stream; charset=utf-8')
        .header('Cache-Control', 'no-store')
        // Some proxies collect answers before they pass them on.
        .header('X-Accel-Buffering', 'no');
      streams.add(takeOver(reply), jobId, request.publicUrl, seen, client);
      return reply;
    },
  );
};

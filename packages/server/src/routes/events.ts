import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { AtollError } from '@atoll/errors/error';
import { hasEnded } from '@atoll/jobs/job';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { clientId } from '../client-id.ts';
import { answerJob } from '../job-answer.ts';
import type { JobDesk, ServerParts } from '../parts.ts';
import { Places } from '../places.ts';
import { problemAnswers } from './answers.ts';
import { findJob } from './jobs.ts';

type EventParts = Pick<ServerParts, 'jobs'>;

/** A word now and then keeps proxies from cutting the line, and shows where it was cut. */
const heartbeatMs = 15_000;
/** The queue's place of a waiting job changes without a change of the job. */
const waitingMs = 2000;
/** Streams of all clients at once, and of one; who comes later polls. */
const maxStreams = 500;
const maxStreamsPerClient = maxStreams / 5;

/** `/api/jobs/{jobId}/events`: a job as it changes, as server-sent events. */
export const eventRoutes: FastifyPluginAsyncZod<EventParts> = async (fastify, { jobs }) => {
  const open = new Set<AbortController>();
  const taken = () => new AtollError('QUEUE_FULL', 'Too many clients listen already.');
  const places = new Places({
    all: maxStreams,
    allTaken: taken,
    perClient: maxStreamsPerClient,
    ownTaken: taken,
  });
  fastify.addHook('preClose', async () => {
    for (const stream of open) stream.abort();
  });

  fastify.get(
    '/api/jobs/:jobId/events',
    {
      schema: {
        tags: ['jobs'],
        summary: 'The job as it changes, until it has ended: server-sent events, each the whole job',
        description:
          'Events are named `job`; their data is what GET /api/jobs/{jobId} answers. Last-Event-ID resumes: ' +
          'what the client has seen is not said again, and 204 tells one that has seen the end to stop.',
        params: z.object({ jobId: z.string().describe('32 hexadecimal digits.') }),
        response: {
          200: {
            description: 'The stream.',
            content: { 'text/event-stream': { schema: z.any().meta({ type: 'string' }) } },
          },
          204: z.undefined().describe('The job has ended, and the client knows.'),
          ...problemAnswers,
        },
      },
    },
    async (request, reply) => {
      const job = await findJob(jobs, request.params.jobId);
      const seen = Number(request.headers['last-event-id'] ?? Number.NaN);
      if (seen === job.version && hasEnded(job.status)) return reply.code(204).send();
      const leave = places.take(clientId(request.ip));
      const stream = new AbortController();
      open.add(stream);
      const body = Readable.from(follow(jobs, job.jobId, seen, request.publicUrl, stream.signal));
      // The body itself closes only after the generator has ended.
      reply.raw.once('close', () => {
        stream.abort();
        open.delete(stream);
        leave();
      });
      return (
        reply
          .type('text/event-stream; charset=utf-8')
          .header('Cache-Control', 'no-store')
          // Some proxies collect answers before they pass them on.
          .header('X-Accel-Buffering', 'no')
          .send(body)
      );
    },
  );
};

/** The text of the stream, piece by piece. */
async function* follow(
  jobs: JobDesk,
  jobId: string,
  seen: number,
  publicUrl: string,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const bell = new Bell();
  const unwatch = jobs.watch((change) => {
    if (change === null || change.jobId === jobId) bell.ring();
  });
  signal.addEventListener('abort', () => bell.ring(), { once: true });
  try {
    // A client whose line breaks comes back after so many milliseconds.
    yield 'retry: 1000\n\n';
    let last = '';
    let version = seen;
    while (!signal.aborted) {
      bell.reset();
      // Purged or expired in the meantime: there is nothing more to say.
      const job = await jobs.get(jobId).catch(() => null);
      if (job === null) return;
      const text = JSON.stringify(await answerJob(job, jobs, publicUrl));
      const isNews = job.version !== version || (job.status === 'pending' && text !== last && last !== '');
      if (isNews) yield `id: ${job.version}\nevent: job\ndata: ${text}\n\n`;
      version = job.version;
      last = text;
      if (hasEnded(job.status)) return;
      if (!(await bell.rings(job.status === 'pending' ? waitingMs : heartbeatMs))) yield ': \n\n';
    }
  } finally {
    unwatch();
  }
}

/** Remembers a ring that came while nobody waited. */
class Bell {
  #rung = Promise.withResolvers<true>();

  ring(): void {
    this.#rung.resolve(true);
  }

  reset(): void {
    this.#rung = Promise.withResolvers<true>();
  }

  /** @returns false when it did not ring in time. */
  async rings(withinMs: number): Promise<boolean> {
    const timer = new AbortController();
    const late = sleep(withinMs, false, { signal: timer.signal }).catch(() => false);
    const rung = await Promise.race([this.#rung.promise, late]);
    timer.abort();
    return rung;
  }
}

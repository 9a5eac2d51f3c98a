import { Health, type Health as HealthAnswer } from '@atoll/contract/health';
import { atollVersion } from '@atoll/engines/notice';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { prefersHtml } from '../answers/accept.ts';
import { Fresh } from '../answers/fresh.ts';
import { PreparedAnswer, sendPrepared } from '../answers/prepared-answer.ts';
import type { ServerParts } from '../parts.ts';
import { answer, problemAnswers } from './answers.ts';
import { sendNoPage } from './no-page.ts';

const usual: HealthAnswer = {
  status: 'healthy',
  service: 'atoll',
  version: atollVersion,
  features: ['segmentation', 'cancel', 'durable-jobs', 'byte-ranges', 'openapi'],
};

/** So long one look at the queue does for all who ask. */
const healthFreshMs = 100;

type RootParts = Pick<ServerParts, 'settings' | 'jobs' | 'engines' | 'pageDir' | 'cases'>;

/** `/` (the page for people, JSON for scripts) and `/health`. */
export const rootRoutes: FastifyPluginAsyncZod<RootParts> = async (fastify, parts) => {
  const { settings, jobs, engines, pageDir, cases } = parts;
  const closing = new AbortController();
  fastify.addHook('preClose', async () => closing.abort());
  const uploads = settings.uploads ? ['uploads', 'resumable-uploads'] : [];
  const health: HealthAnswer = { ...usual, features: [...usual.features, ...uploads] };
  const known = new Fresh(healthFreshMs, async () => {
    const counts = await jobs.counts().catch(() => null);
    const checked = engines.list().map(async (engine) => {
      const availability = await engine.availability();
      const reason = availability.usable ? null : availability.reason;
      return { id: engine.id, usable: availability.usable, reason };
    });
    const answer: HealthAnswer = {
      ...health,
      engines: await Promise.all(checked),
      ...(counts === null ? {} : { jobs: counts }),
      results: { keptSeconds: settings.resultTtlSeconds, lossReason: settings.dataLoss },
      // The original's fields; where results lie is nobody's business.
      jobs_in_memory: counts === null ? 0 : counts.pending + counts.running,
      results_dir: 'results',
      results_dir_exists: true,
    };
    return new PreparedAnswer(JSON.stringify(Health.parse(answer)));
  });

  fastify.get(
    '/',
    {
      schema: {
        tags: ['service'],
        summary: 'The viewer, for a client that prefers HTML; otherwise the state of the service',
        response: { 200: answer('The viewer, or the state of the service.', Health), ...problemAnswers },
      },
    },
    async (request, reply) => {
      // Origin was there already, for CORS.
      reply.header('Vary', 'Origin, Accept');
      if (!prefersHtml(request.headers.accept)) return health;
      if (pageDir !== null) {
        cases.expectReader(closing.signal);
        return reply.sendFile('index.html');
      }
      return sendNoPage(reply);
    },
  );

  fastify.get(
    '/health',
    {
      schema: {
        tags: ['service'],
        summary: 'Whether the service is alive, with the state of its queue and engines',
        response: {
          200: answer('It is alive; /ready says whether jobs can run.', Health),
          ...problemAnswers,
        },
      },
    },
    async (request, reply) => {
      reply.header('Cache-Control', 'no-store');
      return sendPrepared(request, reply, await known.get());
    },
  );
};

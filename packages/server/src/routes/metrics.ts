import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ServerParts } from '../parts.ts';
import { problemAnswers } from './answers.ts';

type MetricParts = Pick<ServerParts, 'jobs' | 'opening'>;

/**
 * `/metrics` for Prometheus. The jobs' figures are those of the whole queue, so that of several servers on one
 * queue only one is to be scraped for them.
 */
export const metricsRoutes: FastifyPluginAsyncZod<MetricParts> = async (fastify, { jobs, opening }) => {
  // A hundred modules that nobody waits for who starts.
  const counting = Promise.resolve(opening).then(async () => {
    const { countMetrics } = await import('../jobs/job-metrics.ts');
    return countMetrics(jobs);
  });
  let stop = () => {};
  counting.then(
    (metrics) => {
      stop = metrics.stop;
    },
    // Whoever asks hears of it.
    () => undefined,
  );
  fastify.addHook('onClose', async () => stop());

  fastify.get(
    '/metrics',
    {
      schema: {
        tags: ['service'],
        summary: 'Prometheus metrics: queue, waiting and run times by engine, outcomes, event loop',
        response: {
          200: {
            description: 'In Prometheus text format.',
            content: { 'text/plain': { schema: z.string() } },
          },
          ...problemAnswers,
        },
      },
    },
    async (_request, reply) => {
      const { registry } = await counting;
      reply.header('Cache-Control', 'no-store').type(registry.contentType);
      return registry.metrics();
    },
  );
};

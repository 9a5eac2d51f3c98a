import { Readiness } from '@atoll/contract/health';
import { catalogue } from '@atoll/errors/catalogue';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { ServerParts } from '../parts.ts';
import { answer, problemAnswers } from './answers.ts';

type ReadyParts = Pick<ServerParts, 'settings' | 'jobs' | 'engines' | 'machine'>;
type Check = Readiness['checks'][number];

/** `/ready`: whether a job that is submitted now would really run. */
export const readyRoutes: FastifyPluginAsyncZod<ReadyParts> = async (fastify, parts) => {
  fastify.get(
    '/ready',
    {
      schema: {
        tags: ['service'],
        summary: 'Whether jobs can run now, and why not',
        response: {
          200: answer('Jobs can run.', Readiness),
          503: answer('Jobs cannot run; `checks` gives the reason and what to do.', Readiness),
          '4xx': problemAnswers['4xx'],
        },
      },
    },
    async (_request, reply) => {
      reply.header('Cache-Control', 'no-store');
      const [{ gpus, ...machine }, ...checks] = await Promise.all([
        parts.machine(),
        checkDatabase(parts),
        checkWorkers(parts),
        checkStorage(parts),
        checkEngines(parts),
      ]);
      const ready = checks.every(({ ok }) => ok);
      return reply.code(ready ? 200 : 503).send({ ready, checks, machine: { ...machine, gpus: [...gpus] } });
    },
  );
};

async function checkDatabase({ jobs }: ReadyParts): Promise<Check> {
  const counts = await jobs.counts().catch(() => null);
  if (counts === null) {
    const { sentence, action } = catalogue.QUEUE_UNREACHABLE;
    return { name: 'database', ok: false, detail: sentence, action };
  }
  const detail = `${counts.pending} jobs waiting, ${counts.running} running.`;
  return { name: 'database', ok: true, detail, action: null };
}

async function checkWorkers({ jobs }: ReadyParts): Promise<Check> {
  const slots = await jobs.slots().catch(() => 0);
  if (slots > 0)
    return { name: 'workers', ok: true, detail: `${slots} jobs can run in parallel.`, action: null };
  const action = 'Start `atoll worker` with the same ATOLL_DATABASE_URL, or serve with --workers 1 or more.';
  return { name: 'workers', ok: false, detail: 'No process that runs jobs has reported recently.', action };
}

async function checkStorage({ jobs, settings }: ReadyParts): Promise<Check> {
  const free = await jobs.results.freeBytes().catch(() => 0);
  const megabytes = free === null ? null : Math.floor(free / 2 ** 20);
  const loss = settings.dataLoss === null ? '' : ` They may be lost with the machine: ${settings.dataLoss}.`;
  if (megabytes === null) {
    return { name: 'storage', ok: true, detail: `There is enough space for results.${loss}`, action: null };
  }
  const ok = megabytes >= settings.minFreeDiskMegabytes;
  const { action } = catalogue.DISK_FULL;
  return {
    name: 'storage',
    ok,
    detail: `${megabytes} MB of space is free for results.${loss}`,
    action: ok ? null : action,
  };
}

async function checkEngines({ engines }: ReadyParts): Promise<Check> {
  const all = await Promise.all(
    engines.list().map(async (engine) => ({ id: engine.id, availability: await engine.availability() })),
  );
  const usable = all.filter(({ availability }) => availability.usable).map(({ id }) => id);
  if (usable.length > 0) {
    return { name: 'engines', ok: true, detail: `Usable here: ${usable.join(', ')}.`, action: null };
  }
  return {
    name: 'engines',
    ok: false,
    detail: 'No engine can run here.',
    action: 'Run `atoll doctor` to see why.',
  };
}

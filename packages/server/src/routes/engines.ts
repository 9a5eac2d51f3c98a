import { EngineList } from '@atoll/contract/engines';
import type { Engine } from '@atoll/engines/engine';
import { locatingStage, readingStage, reportingStage } from '@atoll/engines/run';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { ServerParts } from '../parts.ts';
import { answer, problemAnswers } from './answers.ts';

type EngineParts = Pick<ServerParts, 'settings' | 'engines' | 'atlas'>;

/** `/api/engines`. */
export const engineRoutes: FastifyPluginAsyncZod<EngineParts> = async (fastify, parts) => {
  const { settings, engines, atlas } = parts;
  fastify.get(
    '/api/engines',
    {
      schema: {
        tags: ['service'],
        summary: 'The engines, and whether they can run here',
        response: {
          200: answer('All engines in this version, whether or not usable here.', EngineList),
          ...problemAnswers,
        },
      },
    },
    async () => {
      const locates = await atlas.areThere();
      const described = engines.list().map((engine) => describe(engine, locates));
      return { engines: await Promise.all(described), default: settings.engine };
    },
  );
};

async function describe(engine: Engine, locates: boolean) {
  const { id, version, title, description } = engine;
  const availability = await engine.availability();
  const { reason, cure } = availability.usable ? { reason: null, cure: null } : availability;
  return {
    id,
    version,
    title,
    description,
    presets: [...engine.presets],
    options: [...engine.options],
    // A job also reads, places and writes: its stages are the engine's with those around them.
    stages: [readingStage, ...engine.stages, ...(locates ? [locatingStage] : []), reportingStage],
    citations: [...engine.citations],
    usable: availability.usable,
    reason,
    cure,
  };
}

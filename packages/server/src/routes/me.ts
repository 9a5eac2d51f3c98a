import { Me } from '@atoll/contract/access';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { ServerParts } from '../parts.ts';
import { answer, problemAnswers } from './answers.ts';

/** `/api/me`: who asks, and whether anybody has to sign in. */
export const meRoutes: FastifyPluginAsyncZod<Pick<ServerParts, 'settings'>> = async (fastify, parts) => {
  const { mode } = parts.settings.auth;
  fastify.get(
    '/api/me',
    {
      schema: {
        tags: ['access'],
        summary: 'Who asks, and whether anybody has to sign in',
        response: { 200: answer('The account, and what links open.', Me), ...problemAnswers },
      },
    },
    async ({ visitor }, reply) => {
      reply.header('Cache-Control', 'no-store');
      const principal = visitor?.principal ?? null;
      const { id, name, role, groups } = principal ?? { id: '', name: '', role: null, groups: [] };
      return {
        mode,
        account: principal === null ? null : { id, name, role, groups: [...groups] },
        shares: (visitor?.shares ?? []).map(({ jobId, caseId }) => ({ jobId, caseId })),
      };
    },
  );
};

import { mayDo, policyOf, refusalOf } from '@atoll/access/policy';
import type { Thing } from '@atoll/access/visitor';
import { Me, MeQuery } from '@atoll/contract/access';
import { AtollError } from '@atoll/errors/error';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { findThing, type ThingParts } from '../access/things.ts';
import type { ServerParts } from '../parts.ts';
import { answer, problemAnswers } from './answers.ts';

type MeParts = Pick<ServerParts, 'settings'> & ThingParts;

/** `/api/me`: who asks, whether anybody has to sign in, and what they may do. */
export const meRoutes: FastifyPluginAsyncZod<MeParts> = async (fastify, parts) => {
  const { mode } = parts.settings.auth;
  fastify.get(
    '/api/me',
    {
      schema: {
        tags: ['access'],
        summary: 'Who asks, whether anybody has to sign in, and what they may do',
        querystring: MeQuery,
        response: { 200: answer('The account, and what links open.', Me), ...problemAnswers },
      },
    },
    async ({ visitor, query }, reply) => {
      reply.header('Cache-Control', 'no-store');
      const principal = visitor?.principal ?? null;
      const { id, name, role, groups } = principal ?? { id: '', name: '', role: null, groups: [] };
      /** By the row of the route that does it. */
      const may = async (route: string, kind: Thing['kind'], thingId?: string) => {
        if (visitor === null) return true;
        const [method, url] = route.split(' ');
        const row = policyOf(method, url);
        if (row === undefined || refusalOf(visitor, row) !== null) return false;
        if (row.about === null || thingId === undefined) return row.about === null;
        const thing = await findThing(parts, kind, thingId).catch(nullIfExpired);
        return thing !== null && mayDo(visitor, row.act, thing);
      };
      return {
        mode,
        account: principal === null ? null : { id, name, role, groups: [...groups] },
        shares: (visitor?.shares ?? []).map(({ jobId, caseId, expiresAt }) => ({
          jobId,
          caseId,
          expiresAt: expiresAt.toISOString(),
        })),
        may: {
          run: await may('POST /api/uploads', 'upload'),
          reviseJob: await may('POST /api/jobs/:jobId/revisions', 'job', query.job),
          shareJob: await may('POST /api/shares', 'job', query.job),
          removeCase: await may('DELETE /api/cases/:caseId', 'case', query.case),
          searchArchives: await may('POST /api/archives/:archive/search', 'case'),
        },
      };
    },
  );
};

function nullIfExpired(thrown: unknown): null {
  if (thrown instanceof AtollError && thrown.code === 'JOB_EXPIRED') return null;
  throw thrown;
}

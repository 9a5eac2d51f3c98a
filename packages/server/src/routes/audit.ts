import { AuditList, AuditQuery } from '@atoll/contract/access';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { AccessDesk } from '../access/access-desk.ts';
import { answer, problemAnswers } from './answers.ts';

type AuditParts = { readonly desk: AccessDesk };

/** `/api/audit`, for administrators: who opened, uploaded, ran, edited, exported, shared and deleted what. */
export const auditRoutes: FastifyPluginAsyncZod<AuditParts> = async (fastify, { desk }) => {
  fastify.get(
    '/api/audit',
    {
      schema: {
        tags: ['access'],
        summary: 'The log of who did what, by ids',
        querystring: AuditQuery,
        response: { 200: answer('The entries.', AuditList), ...problemAnswers },
      },
    },
    async (request, reply) => {
      const records = await desk.records();
      const { since, ...wish } = request.query;
      reply.header('Cache-Control', 'no-store');
      const entries = await records.audit.list({
        ...wish,
        since: since === undefined ? undefined : new Date(since),
      });
      return { entries: entries.map(({ at, ...entry }) => ({ ...entry, at: at.toISOString() })) };
    },
  );
};

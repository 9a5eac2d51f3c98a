import { randomBytes } from 'node:crypto';
import type { Share } from '@atoll/access/records';
import { hashOf, isSecret, newSecret } from '@atoll/access/secret';
import { ShareAdded, ShareList, ShareRequest, type ShareSummary } from '@atoll/contract/access';
import { AtollError } from '@atoll/errors/error';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { AccessDesk } from '../access/access-desk.ts';
import { keepShareSecret } from '../access/share-cookie.ts';
import type { ServerParts } from '../parts.ts';
import { answer, problemAnswers } from './answers.ts';
import { findJob } from './jobs.ts';

type ShareParts = Pick<ServerParts, 'jobs'> & { readonly desk: AccessDesk };

/** Links that open one result to whoever has them, until they end. */
export const shareRoutes: FastifyPluginAsyncZod<ShareParts> = async (fastify, { jobs, desk }) => {
  fastify.post(
    '/api/shares',
    {
      schema: {
        tags: ['access'],
        summary: 'Make a link that opens the result of a job to whoever has it, until it ends',
        body: ShareRequest,
        response: { 201: answer('The link, which is told this once.', ShareAdded), ...problemAnswers },
      },
    },
    async (request, reply) => {
      const records = await desk.records();
      const { jobId, caseId } = await findJob(jobs, request.body.jobId);
      const now = new Date();
      const secret = newSecret('share');
      const share: Share = {
        shareId: randomBytes(8).toString('hex'),
        jobId,
        caseId,
        madeBy: desk.accountOf(request),
        createdAt: now,
        expiresAt: new Date(now.getTime() + request.body.hours * 3600_000),
        revokedAt: null,
      };
      await records.shares.add(share, hashOf(secret));
      request.madeId = jobId;
      reply.code(201).header('Cache-Control', 'no-store');
      return { ...summarise(share), url: `${request.publicUrl}/share/${secret}` };
    },
  );

  fastify.get(
    '/api/jobs/:jobId/shares',
    {
      schema: {
        tags: ['access'],
        summary: 'All links to the result of a job',
        params: z.object({ jobId: z.string() }),
        response: { 200: answer('The links.', ShareList), ...problemAnswers },
      },
    },
    async (request, reply) => {
      const records = await desk.records();
      const { jobId } = await findJob(jobs, request.params.jobId);
      reply.header('Cache-Control', 'no-store');
      return { shares: (await records.shares.ofJob(jobId)).map(summarise) };
    },
  );

  fastify.delete(
    '/api/shares/:shareId',
    {
      schema: {
        tags: ['access'],
        summary: 'End a link at once',
        params: z.object({ shareId: z.string() }),
        response: { 204: z.undefined().describe('It opens nothing any more.'), ...problemAnswers },
      },
    },
    async (request, reply) => {
      const records = await desk.records();
      if (!(await records.shares.revoke(request.params.shareId))) throw new AtollError('SHARE_UNKNOWN');
      desk.forget();
      return reply.code(204).send();
    },
  );

  fastify.get(
    '/share/:secret',
    {
      config: { answersPeople: true },
      schema: {
        tags: ['access'],
        summary: 'Open a link: leads to the page with the result',
        params: z.object({ secret: z.string() }),
        response: { 303: z.undefined().describe('Location is the page with the result.'), ...problemAnswers },
      },
    },
    async (request, reply) => {
      const records = await desk.records();
      const { secret } = request.params;
      const share = isSecret('share', secret) ? await records.shares.find(hashOf(secret), new Date()) : null;
      if (share === null) throw new AtollError('SHARE_ENDED');
      keepShareSecret(request, reply, secret, share.expiresAt);
      request.madeId = share.jobId;
      request.visitor = { principal: request.visitor?.principal ?? null, shares: [share] };
      reply.header('Cache-Control', 'no-store');
      return reply.redirect(`${request.publicUrl}/?job=${share.jobId}`, 303);
    },
  );
};

function summarise(share: Share): ShareSummary {
  const { shareId, jobId, madeBy, createdAt, expiresAt, revokedAt } = share;
  return {
    shareId,
    jobId,
    madeBy,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}

import { newToken } from '@atoll/access/new-token';
import { TokenAdded, TokenList, TokenRequest } from '@atoll/contract/access';
import { AtollError } from '@atoll/errors/error';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { AccessDesk } from '../access/access-desk.ts';
import { summariseToken } from '../access/token-summary.ts';
import { answer, problemAnswers } from './answers.ts';

type TokenParts = { readonly desk: AccessDesk };

/** `/api/tokens`, for administrators: what scripts use in place of signing in. */
export const tokenRoutes: FastifyPluginAsyncZod<TokenParts> = async (fastify, { desk }) => {
  fastify.get(
    '/api/tokens',
    {
      schema: {
        tags: ['access'],
        summary: 'All tokens, without their secrets',
        response: { 200: answer('The tokens.', TokenList), ...problemAnswers },
      },
    },
    async (_request, reply) => {
      const records = await desk.records();
      reply.header('Cache-Control', 'no-store');
      return { tokens: (await records.tokens.list()).map(summariseToken) };
    },
  );

  fastify.post(
    '/api/tokens',
    {
      schema: {
        tags: ['access'],
        summary: 'Make a token that acts for an account until it expires',
        body: TokenRequest,
        response: { 201: answer('The token, which is told this once.', TokenAdded), ...problemAnswers },
      },
    },
    async (request, reply) => {
      const records = await desk.records();
      const { user, ...wish } = request.body;
      const { token, secret, hash } = newToken({ ...wish, userId: user });
      await records.tokens.add(token, hash);
      request.madeId = token.tokenId;
      reply.code(201).header('Cache-Control', 'no-store');
      return { ...summariseToken(token), token: secret };
    },
  );

  fastify.delete(
    '/api/tokens/:tokenId',
    {
      schema: {
        tags: ['access'],
        summary: 'Revoke a token: it is refused from then on',
        params: z.object({ tokenId: z.string() }),
        response: { 204: z.undefined().describe('Revoked.'), ...problemAnswers },
      },
    },
    async (request, reply) => {
      const records = await desk.records();
      if (!(await records.tokens.revoke(request.params.tokenId))) throw new AtollError('TOKEN_UNKNOWN');
      desk.forget();
      request.madeId = request.params.tokenId;
      return reply.code(204).send();
    },
  );
};

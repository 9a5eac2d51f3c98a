import { SignedOut } from '@atoll/contract/access';
import { AtollError } from '@atoll/errors/error';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { AccessDesk } from '../access/access-desk.ts';
import { isOwnWriting } from '../access/own-page.ts';
import { sendPlainPage } from '../answers/plain-page.ts';
import { answer, problemAnswers } from './answers.ts';

/** Signing in with the OpenID provider, and out. */
export const signInRoutes: FastifyPluginAsyncZod<{ readonly desk: AccessDesk }> = async (
  fastify,
  { desk },
) => {
  fastify.get(
    '/sign-in',
    {
      config: { answersPeople: true },
      schema: {
        tags: ['access'],
        summary: 'Sign in: leads to the OpenID provider, and back to the page',
        querystring: z.object({
          to: z.string().max(700).optional().describe('Query of the page to lead back to, such as ?job=…'),
        }),
        response: { 303: z.undefined().describe('Location is the provider.'), ...problemAnswers },
      },
    },
    async (request, reply) => {
      reply.header('Cache-Control', 'no-store');
      return reply.redirect(await desk.signIn.begin(request, reply, request.query.to ?? ''), 303);
    },
  );

  fastify.get(
    '/sign-in/done',
    {
      config: { answersPeople: true },
      schema: {
        tags: ['access'],
        summary: 'Where the OpenID provider leads back to',
        response: { 303: z.undefined().describe('Location is the page.'), ...problemAnswers },
      },
    },
    async (request, reply) => {
      reply.header('Cache-Control', 'no-store');
      const { principal, to } = await desk.signIn.finish(request, reply);
      request.visitor = { principal, shares: [] };
      return reply.redirect(to, 303);
    },
  );

  fastify.get('/signed-in', { schema: { hide: true } }, async ({ publicUrl }, reply) =>
    sendPlainPage(reply, {
      title: 'You are signed in',
      text: 'Close this tab, and go on in the one that you came from.',
      code: null,
      links: [{ words: 'Open Atoll', href: `${publicUrl}/` }],
    }),
  );

  fastify.post(
    '/api/sign-out',
    {
      schema: {
        tags: ['access'],
        summary: 'Sign out: ends the session of this browser',
        response: { 200: answer('The session has ended.', SignedOut), ...problemAnswers },
      },
    },
    async (request, reply) => {
      reply.header('Cache-Control', 'no-store');
      const { signIn } = desk;
      if (!isOwnWriting(request)) throw new AtollError('ORIGIN_REFUSED');
      return { next: await signIn.leave(request, reply) };
    },
  );
};

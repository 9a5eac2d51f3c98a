import type { Problem } from '@atoll/contract/problem';
import { asksToWait, catalogue, type ErrorCode, isFull } from '@atoll/errors/catalogue';
import { isDiskFull } from '@atoll/errors/disk-full';
import { AtollError } from '@atoll/errors/error';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { prefersHtml } from './accept.ts';
import { sendPlainPage } from './plain-page.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route that links lead people to: what goes wrong is told them on a page. */
    answersPeople?: boolean;
  }
}

/** No address takes any other, so that TRACE and the like are refused as methods, wherever they go. */
const usedMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** How long a client should leave a busy service alone. */
const retryAfterSeconds = 15;

const noRoom = 'The disk of this instance is full, so nothing can be accepted.';

/** Fastify's own errors, by their codes. */
const codesOfFastify: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'CONTENT_TYPE_UNSUPPORTED',
  FST_ERR_CTP_BODY_TOO_LARGE: 'REQUEST_TOO_LARGE',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'REQUEST_NOT_JSON',
  FST_ERR_CTP_INVALID_JSON_BODY: 'REQUEST_NOT_JSON',
  FST_ERR_MAX_PARAM_LENGTH: 'ROUTE_UNKNOWN',
};

/** The answer's body for an error of the catalogue. */
function toProblem(error: AtollError): Problem {
  return { detail: error.message, code: error.code, action: error.action };
}

/** The same for a person whom a link has led here: with a way on. */
function pageOfProblem(error: AtollError, { publicUrl, routeOptions }: FastifyRequest) {
  const isSignIn = routeOptions.url?.startsWith('/sign-in') === true && error.code !== 'SIGN_IN_OFF';
  return {
    title: error.message,
    text: error.action,
    code: error.code,
    links: [
      ...(isSignIn ? [{ words: 'Sign in again', href: `${publicUrl}/sign-in` }] : []),
      { words: 'Open Atoll', href: `${publicUrl}/` },
    ],
  };
}

/** The answer's body for a row of the catalogue in its own words. */
export function problemOf(code: ErrorCode): Problem {
  return { detail: catalogue[code].sentence, code, action: catalogue[code].action };
}

/** Every error leaves as {detail, code, action}; a stack, never. */
export function answerProblems(fastify: FastifyInstance): void {
  fastify.setErrorHandler(sendProblem);
  fastify.setNotFoundHandler((request, reply) => {
    if (usedMethods.includes(request.method)) return reply.code(404).send(problemOf('ROUTE_UNKNOWN'));
    return reply.code(405).header('Allow', usedMethods.join(', ')).send(problemOf('METHOD_NOT_ALLOWED'));
  });
}

/** Answers with a thrown error. Errors that are not the client's are logged, without their text. */
export function sendProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (hasZodFastifySchemaValidationErrors(thrown)) {
    const issues = thrown.validation.map(({ instancePath, message }) => ({
      path: instancePath.slice(1).replaceAll('/', '.'),
      message: message ?? 'is not valid',
    }));
    return reply.code(catalogue.REQUEST_INVALID.status).send({ ...problemOf('REQUEST_INVALID'), issues });
  }
  const error = toAtollError(thrown);
  if (error.status >= 500 && !isFull(error.code)) request.log.error({ err: thrown }, error.code);
  // Who refuses it may know better.
  if (asksToWait(error.code) && !reply.hasHeader('Retry-After'))
    reply.header('Retry-After', retryAfterSeconds);
  if (error.status === 401) reply.header('WWW-Authenticate', 'Bearer realm="Atoll"');
  if (request.routeOptions.config.answersPeople === true && prefersHtml(request.headers.accept)) {
    return sendPlainPage(reply.code(error.status), pageOfProblem(error, request));
  }
  return reply.code(error.status).send(toProblem(error));
}

function toAtollError(thrown: unknown): AtollError {
  // Whatever was being written, the request is not at fault.
  if (isDiskFull(thrown)) return new AtollError('DISK_FULL', noRoom, { cause: thrown });
  if (thrown instanceof AtollError) return thrown;
  if (!(thrown instanceof Error)) return new AtollError('INTERNAL');
  const code = 'code' in thrown && typeof thrown.code === 'string' ? codesOfFastify[thrown.code] : undefined;
  if (code !== undefined) return new AtollError(code, undefined, { cause: thrown });
  const status = 'statusCode' in thrown && typeof thrown.statusCode === 'number' ? thrown.statusCode : 500;
  return new AtollError(codeOfStatus(status), undefined, { cause: thrown });
}

function codeOfStatus(status: number): ErrorCode {
  if (status >= 500) return 'INTERNAL';
  // What the page's folder does not show, hidden or missing, is not there.
  return status === 403 || status === 404 ? 'ROUTE_UNKNOWN' : 'REQUEST_MALFORMED';
}

import { randomBytes } from 'node:crypto';
import { type FastifyReply, type FastifyRequest, LogController } from 'fastify';

/** Ids for the lines of a request: those of one process have one random beginning, and are counted. */
export function requestIds(): () => string {
  const process = randomBytes(4).toString('hex');
  let count = 0;
  return () => `${process}-${(++count).toString(36)}`;
}

/**
 * One line for each answer, when it is out: what changes something at info, what fails at warn, the rest at
 * debug. Fastify's own lines about requests name URLs.
 */
export class AnswerLog extends LogController {
  override incomingRequest(): void {}
  override routeNotFound(): void {}

  override requestCompleted(
    error: Error | null | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const line = {
      req: request,
      res: reply,
      elapsedMs: Math.round(reply.elapsedTime),
      ...(error ? { err: error } : {}),
    };
    const { log, method } = request;
    if (error || reply.statusCode >= 400) log.warn(line, 'answered');
    else if (method === 'GET' || method === 'HEAD') log.debug(line, 'answered');
    else log.info(line, 'answered');
  }
}

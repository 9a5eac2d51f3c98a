import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';

/** Takes the answer out of Fastify's hands, with the status and the headers that were set: what is sent, the caller writes. */
export function takeOver(reply: FastifyReply): ServerResponse {
  const { raw } = reply;
  reply.hijack();
  for (const [name, text] of Object.entries(reply.getHeaders())) {
    if (text !== undefined) raw.setHeader(name, text);
  }
  return raw;
}

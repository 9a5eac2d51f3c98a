import { isSecret } from '@atoll/access/secret';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readCookie, writeCookie } from './cookies.ts';

/** A browser keeps so many links that it has opened. */
const mostShares = 8;

/** Links that a browser has opened, the newest first. They open results for looking at, and nothing else. */
export function shareSecretsOf(request: FastifyRequest): string[] {
  const secrets = (readCookie(request, 'shares') ?? '').split('.').slice(0, mostShares);
  return secrets.filter((secret) => isSecret('share', secret));
}

/** Lays a link to those that the browser has. */
export function keepShareSecret(
  request: FastifyRequest,
  reply: FastifyReply,
  secret: string,
  expires: Date,
): void {
  const kept = [secret, ...shareSecretsOf(request).filter((each) => each !== secret)].slice(0, mostShares);
  writeCookie(reply, 'shares', kept.join('.'), expires);
}

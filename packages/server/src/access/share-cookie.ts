import { isSecret } from '@atoll/access/secret';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Links that a browser has opened, the newest first. It opens results for looking at, and nothing else. */
const cookieName = 'atoll-shares';
/** A browser keeps so many of them. */
const mostShares = 8;

export function shareSecretsOf({ cookies }: FastifyRequest): string[] {
  const secrets = (cookies[cookieName] ?? '').split('.').slice(0, mostShares);
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
  reply.setCookie(cookieName, kept.join('.'), {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: request.publicUrl.startsWith('https:'),
    expires,
  });
}

import { type Owner, ownerOf } from '@atoll/access/visitor';
import type { Settings } from '@atoll/instance/settings';
import type { FastifyRequest } from 'fastify';

/** Whom what a request makes will belong to; null where nobody has to sign in. */
export function ownerFor({ visitor }: FastifyRequest, { auth }: Pick<Settings, 'auth'>): Owner | null {
  const principal = visitor?.principal ?? null;
  return principal === null ? null : ownerOf(principal, auth.sharedGroups);
}

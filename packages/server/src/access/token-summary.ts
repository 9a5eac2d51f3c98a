import type { Token } from '@atoll/access/records';
import type { TokenSummary } from '@atoll/contract/access';

/** A token as lists show it. */
export function summariseToken(token: Token): TokenSummary {
  const { tokenId, label, userId, groups, role, scopes, createdAt, expiresAt, revokedAt } = token;
  return {
    tokenId,
    label,
    user: userId,
    groups: [...groups],
    role,
    scopes: [...scopes],
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}

import { randomBytes } from 'node:crypto';
import type { Token } from './records.ts';
import { hashOf, newSecret } from './secret.ts';

/** What whoever makes a token says of it. */
export type TokenWish = Pick<Token, 'label' | 'userId' | 'groups' | 'role' | 'scopes'> & {
  readonly days: number;
};

/** A new token with its secret and the secret's hash. */
export function newToken({ days, ...wish }: TokenWish, now = new Date()) {
  const secret = newSecret('token');
  const token: Token = {
    ...wish,
    tokenId: randomBytes(6).toString('hex'),
    createdAt: now,
    expiresAt: new Date(now.getTime() + days * 86_400_000),
    revokedAt: null,
  };
  return { token, secret, hash: hashOf(secret) };
}

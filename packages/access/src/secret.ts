import { createHash, randomBytes } from 'node:crypto';

/** What secrets of Atoll begin with, so that they are known where they turn up by mistake. */
const prefixes = { token: 'atoll_', share: 's_', session: 'v_', attempt: 'a_' } as const;
type SecretKind = keyof typeof prefixes;

/** 256 random bits, with what they are for before them. */
export function newSecret(kind: SecretKind): string {
  return `${prefixes[kind]}${randomBytes(32).toString('base64url')}`;
}

/** Could this be such a secret? */
export function isSecret(kind: SecretKind, text: string): boolean {
  const prefix = prefixes[kind];
  return text.startsWith(prefix) && /^[A-Za-z0-9_-]{43}$/.test(text.slice(prefix.length));
}

/**
 * What is kept of a secret. One round of SHA-256 is enough where passwords need slow hashes with salt: of 256 random
 * bits nobody can try a noticeable part, and no two are the same. It is looked up by its hash, so that how long
 * that takes says nothing of the secret.
 */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

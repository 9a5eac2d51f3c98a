import { describe, expect, it } from 'vitest';
import { seal, unseal } from './sealed.ts';
import { newSecret } from './secret.ts';

describe('what is sealed with a secret', () => {
  const secret = newSecret('session');
  const sealed = seal('a token for renewal', secret);

  it('is read with that secret, and hidden without', () => {
    expect(unseal(sealed, secret)).toBe('a token for renewal');
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('token');
    expect(unseal(sealed, newSecret('session'))).toBeNull();
    expect(seal('a token for renewal', secret)).not.toBe(sealed);
  });

  it('is refused when it was changed, cut off, or is no such thing', () => {
    const bytes = Buffer.from(sealed, 'base64url');
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] ^= 1;
      expect(unseal(changed.toString('base64url'), secret)).toBeNull();
    }
    for (const text of ['', 'abc', sealed.slice(0, 30)]) expect(unseal(text, secret)).toBeNull();
  });
});

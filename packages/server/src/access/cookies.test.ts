import { describe, expect, it } from 'vitest';
import { placeOf } from './cookies.ts';

describe('a cookie', () => {
  it('has a name that no neighbour can forge where the address is https', () => {
    expect(placeOf('session', 'https://atoll.example.org')).toEqual({
      name: '__Host-atoll-session',
      path: '/',
      secure: true,
    });
  });

  it('is for the path alone that a proxy has put the service at', () => {
    expect(placeOf('session', 'https://example.org/lab/atoll')).toEqual({
      name: '__Secure-atoll-session',
      path: '/lab/atoll',
      secure: true,
    });
  });

  it('works without TLS on this machine', () => {
    expect(placeOf('shares', 'http://localhost:7860')).toEqual({
      name: 'atoll-shares',
      path: '/',
      secure: false,
    });
  });
});

import { AtollError } from '@atoll/errors/error';
import { describe, expect, it } from 'vitest';
import { proxyIdentity } from './proxy-identity.ts';
import { trustedPeers } from './trusted-peers.ts';

const names = { user: 'remote-user', groups: 'remote-groups', name: 'remote-name' };
const groupRoles = { readers: ['lab'], reviewers: ['reviewers'], admins: ['admins'] };
const isTrusted = trustedPeers(['loopback', '10.1.0.0/16', '2001:db8::/32', '192.0.2.7']);

const asked = (peer: string, ...rawHeaders: string[]) =>
  proxyIdentity({ rawHeaders, peer }, names, isTrusted, groupRoles);

const refusal = (ask: () => unknown) => {
  try {
    ask();
  } catch (thrown) {
    if (thrown instanceof AtollError) return thrown.code;
  }
  return null;
};

describe('whom a proxy names', () => {
  it('is an account with a name, groups, and the highest role that they give', () => {
    const headers = ['Remote-User', 'jane', 'Remote-Name', 'Jane R.', 'Remote-Groups', 'lab, reviewers'];
    expect(asked('10.1.2.3', ...headers)).toEqual({
      id: 'jane',
      name: 'Jane R.',
      groups: ['lab', 'reviewers'],
      role: 'reviewer',
      scopes: null,
      way: 'proxy',
    });
    const utf8 = Buffer.from('Zoë', 'utf8').toString('latin1');
    expect(asked('::1', 'REMOTE-USER', utf8)).toMatchObject({ id: 'Zoë', name: 'Zoë', role: null });
  });

  it('is nobody without a header, or with an empty one', () => {
    expect(asked('10.1.2.3', 'Host', 'localhost')).toBeNull();
    expect(asked('10.1.2.3', 'Remote-User', '')).toBeNull();
  });

  it('is refused of every peer that is not a trusted proxy, whichever header it forges', () => {
    for (const peer of ['10.2.0.1', '192.0.2.8', '2001:db9::1', '::ffff:10.2.0.1', 'nonsense', '']) {
      for (const name of ['Remote-User', 'remote-groups', 'Remote-Name']) {
        expect(
          refusal(() => asked(peer, name, 'admins')),
          `${peer} ${name}`,
        ).toBe('IDENTITY_REFUSED');
      }
      expect(asked(peer, 'X-Other', 'admins')).toBeNull();
    }
  });

  it('is believed of a trusted one in IPv6’s writing of IPv4 too', () => {
    for (const peer of ['::ffff:10.1.0.9', '::ffff:127.0.0.1', '2001:db8::5', '192.0.2.7']) {
      expect(asked(peer, 'Remote-User', 'jane')?.id).toBe('jane');
    }
  });

  it('is refused where a header came along from outside and comes twice', () => {
    const twice = ['Remote-User', 'admin', 'remote-user', 'jane'];
    expect(refusal(() => asked('127.0.0.1', ...twice))).toBe('IDENTITY_REFUSED');
    const groups = ['Remote-User', 'jane', 'Remote-Groups', 'admins', 'Remote-Groups', 'lab'];
    expect(refusal(() => asked('127.0.0.1', ...groups))).toBe('IDENTITY_REFUSED');
  });

  it('has no control characters and a bounded length', () => {
    for (const name of ['ja\u0000ne', 'x'.repeat(201)]) {
      expect(refusal(() => asked('127.0.0.1', 'Remote-User', name))).toBe('IDENTITY_REFUSED');
    }
    const many = Array.from({ length: 900 }, (_, at) => `g${at}`).join(',');
    expect(asked('127.0.0.1', 'Remote-User', 'jane', 'Remote-Groups', many)?.groups).toHaveLength(500);
  });
});

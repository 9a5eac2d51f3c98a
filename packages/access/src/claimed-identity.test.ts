import { describe, expect, it } from 'vitest';
import { claimedIdentity, leavesGroupsOut, namesGroups } from './claimed-identity.ts';

const names = { user: 'sub', groups: 'groups' };

describe('whom a provider names', () => {
  it('is an account with a name to show and its groups', () => {
    const claims = {
      sub: 'f3a1',
      name: 'Anna Reader',
      email: 'anna@example.org',
      groups: ['lab', 'reviewers'],
    };
    expect(claimedIdentity(claims, names)).toEqual({
      userId: 'f3a1',
      name: 'Anna Reader',
      groups: ['lab', 'reviewers'],
    });
  });

  it('is shown by the best name that there is', () => {
    const nameOf = (claims: object) => claimedIdentity({ sub: 'f3a1', ...claims }, names)?.name;
    expect(nameOf({ preferred_username: 'anna', email: 'anna@example.org' })).toBe('anna');
    expect(nameOf({ name: ' ', email: 'anna@example.org' })).toBe('anna@example.org');
    expect(nameOf({ name: 'two\nlines' })).toBe('f3a1');
    expect(nameOf({ name: 7 })).toBe('f3a1');
  });

  it('has groups however the provider writes them', () => {
    const groupsOf = (claims: object, groups = 'groups') =>
      claimedIdentity({ sub: 'a', ...claims }, { user: 'sub', groups })?.groups;
    expect(groupsOf({ groups: '/lab' })).toEqual(['/lab']);
    expect(groupsOf({ groups: 'lab, readers' })).toEqual(['lab', 'readers']);
    expect(groupsOf({ groups: ['lab', '', 7, null, 'two\nlines'] })).toEqual(['lab']);
    expect(groupsOf({ realm_access: { roles: ['lab'] } }, 'realm_access.roles')).toEqual(['lab']);
    expect(groupsOf({ 'https://example.org/groups': ['lab'] }, 'https://example.org/groups')).toEqual([
      'lab',
    ]);
    expect(groupsOf({}, 'constructor.name')).toEqual([]);
    expect(groupsOf({ groups: Array.from({ length: 900 }, (_, at) => `g${at}`) })).toHaveLength(500);
  });

  it('is nobody without an account', () => {
    for (const sub of [undefined, '', 7, 'a\u0000b', 'a'.repeat(201)]) {
      expect(claimedIdentity({ sub }, names)).toBeNull();
    }
  });

  it('may have too many groups for a token, which is not the same as none', () => {
    expect(namesGroups({ groups: [] }, names)).toBe(true);
    expect(namesGroups({}, names)).toBe(false);
    expect(leavesGroupsOut({ _claim_names: { groups: 'src1' } }, names)).toBe(true);
    expect(leavesGroupsOut({ _claim_names: 'groups' }, names)).toBe(false);
    expect(leavesGroupsOut({}, names)).toBe(false);
  });
});

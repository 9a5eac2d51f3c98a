import { isPlain, mostGroups } from './plain-name.ts';

/** The claims in which a provider names an account and its groups. */
export type ClaimNames = { readonly user: string; readonly groups: string };

/** An account as a provider describes it. */
export type ClaimedIdentity = {
  readonly userId: string;
  readonly name: string;
  readonly groups: readonly string[];
};

type Claims = Readonly<Record<string, unknown>>;

/** @returns null where the claims name no account. */
export function claimedIdentity(claims: Claims, names: ClaimNames): ClaimedIdentity | null {
  const userId = claimOf(claims, names.user);
  if (typeof userId !== 'string' || userId === '' || !isPlain(userId, 200)) return null;
  const shown = ['name', 'preferred_username', 'email']
    .map((claim) => claims[claim])
    .find((text): text is string => typeof text === 'string' && text.trim() !== '' && isPlain(text, 200));
  return { userId, name: shown?.trim() ?? userId, groups: groupsOf(claimOf(claims, names.groups)) };
}

/** Do the claims say anything of groups? */
export function namesGroups(claims: Claims, names: ClaimNames): boolean {
  return claimOf(claims, names.groups) !== undefined;
}

/**
 * Entra ID leaves groups out of a token that would become too long, and says where they are to be asked for.
 * @returns whether it did so with these.
 */
export function leavesGroupsOut(claims: Claims, names: ClaimNames): boolean {
  const elsewhere = claims._claim_names;
  return typeof elsewhere === 'object' && elsewhere !== null && Object.hasOwn(elsewhere, names.groups);
}

/** A claim by its name, which may have dots in it; else by its way through the claims: `realm_access.roles`. */
function claimOf(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let found: unknown = claims;
  for (const part of name.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return undefined;
    found = Object.entries(found).find(([key]) => key === part)?.[1];
  }
  return found;
}

/** Most providers send a list; some send one name as it is, or all in one text. */
function groupsOf(claim: unknown): string[] {
  const list: unknown[] = typeof claim === 'string' ? claim.split(',') : Array.isArray(claim) ? claim : [];
  return list
    .filter((group): group is string => typeof group === 'string')
    .map((group) => group.trim())
    .filter((group) => group !== '' && isPlain(group, 200))
    .slice(0, mostGroups);
}

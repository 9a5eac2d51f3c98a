import type { Role, Scope, Standing } from './standing.ts';

/** How somebody said who they are. */
type Way = 'proxy' | 'session' | 'token';

/** Somebody whose identity is known. */
export type Principal = {
  /** Of their account, as the proxy or the provider has it. */
  readonly id: string;
  /** As it is shown. */
  readonly name: string;
  readonly groups: readonly string[];
  /** null for an account that no group gives a role. */
  readonly role: Role | null;
  /** What it is narrowed to; null for all that the role allows. */
  readonly scopes: readonly Scope[] | null;
  readonly way: Way;
};

/** Whom a case or a job belongs to: an account, and the groups that it shares with. */
export type Owner = { readonly id: string; readonly groups: readonly string[] };

/** What a link that is still good opens: one result, and the case that it is of. */
export type OpenedShare = {
  readonly shareId: string;
  readonly jobId: string;
  readonly caseId: string;
  readonly expiresAt: Date;
};

/** Who asks: somebody, or nobody, with the links that they hold. */
export type Visitor = {
  readonly principal: Principal | null;
  readonly shares: readonly OpenedShare[];
};

export const stranger: Visitor = { principal: null, shares: [] };

export function standingOf({ principal, shares }: Visitor): Standing {
  return principal?.role ?? (shares.length > 0 ? 'guest' : 'nobody');
}

/** Whom what somebody makes belongs to. @param shared the groups whose members share what they make. */
export function ownerOf({ id, groups }: Principal, shared: readonly string[]): Owner {
  return { id, groups: groups.filter((group) => shared.includes(group)) };
}

/**
 * How somebody stands to a thing. own: they made it; group: a member of a group that they are in did, and shares it;
 * shared: they hold a link to it; listed: it belongs to nobody and is in the list that everybody has who may read;
 * other: none of these.
 */
export type Relation = 'own' | 'group' | 'shared' | 'listed' | 'other';

/** A case or a job as far as it matters who may see it. */
export type Thing = {
  readonly kind: 'case' | 'job' | 'upload' | 'share' | 'token';
  readonly id: string;
  /** null of what nobody is known to have made. */
  readonly owner: Owner | null;
  /** Whether it comes from a source that lists what it has. */
  readonly isListed: boolean;
};

export function relationTo({ principal, shares }: Visitor, { kind, id, owner, isListed }: Thing): Relation {
  if (principal !== null && principal.role !== null) {
    if (owner?.id === principal.id) return 'own';
    if (owner?.groups.some((group) => principal.groups.includes(group))) return 'group';
    if (isListed) return 'listed';
  }
  const isOpened =
    (kind === 'job' && shares.some(({ jobId }) => jobId === id)) ||
    (kind === 'case' && shares.some(({ caseId }) => caseId === id));
  return isOpened ? 'shared' : 'other';
}

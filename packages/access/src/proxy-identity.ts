import { AtollError } from '@atoll/errors/error';
import { isPlain, mostGroups } from './plain-name.ts';
import { type GroupRoles, roleOf } from './standing.ts';
import type { Principal } from './visitor.ts';

/** The headers by which a proxy says who asks, in lower case. */
export type IdentityHeaders = { readonly user: string; readonly groups: string; readonly name: string };

/** A request as far as it says who asks. */
export type IncomingIdentity = {
  /** Names and values by turns, as they came. */
  readonly rawHeaders: readonly string[];
  /** Address of whoever the connection comes from. */
  readonly peer: string | undefined;
};

/**
 * Who asks, by the word of a proxy.
 * @returns null where no proxy names anybody.
 * @throws AtollError IDENTITY_REFUSED when somebody else than a trusted proxy names somebody, or a name comes twice.
 */
export function proxyIdentity(
  { rawHeaders, peer }: IncomingIdentity,
  names: IdentityHeaders,
  isTrusted: (address: string | undefined) => boolean,
  groupRoles: GroupRoles,
): Principal | null {
  const [users, groupLists, shownNames] = [names.user, names.groups, names.name].map((name) =>
    valuesOf(rawHeaders, name),
  );
  if (users.length + groupLists.length + shownNames.length === 0) return null;
  if (!isTrusted(peer)) throw new AtollError('IDENTITY_REFUSED');
  // A proxy that adds its header to one that came from outside: which is the proxy's, nobody knows.
  if (users.length > 1 || groupLists.length > 1 || shownNames.length > 1) {
    throw new AtollError('IDENTITY_REFUSED', 'A header that says who asks comes twice in one request.');
  }
  const [id = ''] = users;
  if (id === '') return null;
  if (!isPlain(id, 200)) throw new AtollError('IDENTITY_REFUSED', 'The name of the account is not valid.');
  const [list = ''] = groupLists;
  const groups = list.split(',').map((group) => group.trim());
  const kept = groups.filter((group) => group !== '' && isPlain(group, 200)).slice(0, mostGroups);
  const [shown = ''] = shownNames;
  return {
    id,
    name: shown !== '' && isPlain(shown, 200) ? shown : id,
    groups: kept,
    role: roleOf(kept, groupRoles),
    scopes: null,
    way: 'proxy',
  };
}

function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at].length !== name.length || rawHeaders[at].toLowerCase() !== name) continue;
    // Node gives bytes as Latin-1; proxies send UTF-8.
    values.push(
      Buffer.from(rawHeaders[at + 1], 'latin1')
        .toString('utf8')
        .trim(),
    );
  }
  return values;
}

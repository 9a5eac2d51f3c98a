import { createHash, randomBytes } from 'node:crypto';
import { isIPv6, type Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** New at each start, so that nothing that is kept leads back to an address. */
const salt = randomBytes(16);

const known = new WeakMap<Socket, { readonly address: string; readonly id: string }>();

/** The same of a request; a connection's is computed once, for as long as its requests come from one address. */
export function clientOf({ ip, raw: { socket } }: Pick<FastifyRequest, 'ip' | 'raw'>): string {
  const last = known.get(socket);
  if (last !== undefined && last.address === ip) return last.id;
  const id = clientId(ip);
  known.set(socket, { address: ip, id });
  return id;
}

/** Whose request it is, for limits alone: a hash of the address, of whose IPv6 kind a household has a /64. */
export function clientId(address: string): string {
  const whose = isIPv6(address) && !address.startsWith('::ffff:') ? ipv6Prefix(address) : address;
  return createHash('sha256').update(salt).update(whose).digest('hex').slice(0, 32);
}

function ipv6Prefix(address: string): string {
  const [head, tail] = address.split('%')[0].split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : new Array<string>(8 - groups.length - after.length).fill('0');
  const all = [...groups, ...zeros, ...after];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

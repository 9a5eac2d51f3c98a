import { BlockList, isIP } from 'node:net';

/** The names for ranges that proxies may be listed by, as Express and Fastify know them. */
const named: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** Whether an address is one of a list of addresses, ranges and named ranges, as ATOLL_TRUSTED_PROXIES has them. */
export function trustedPeers(list: readonly string[]): (address: string | undefined) => boolean {
  const ranges = new BlockList();
  for (const entry of list.flatMap((each) => named[each] ?? [each])) {
    const [address, bits] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) ranges.addAddress(address, family);
    else ranges.addSubnet(address, Number(bits), family);
  }
  // An IPv4 address in IPv6's writing is found among those of IPv4.
  return (address) => {
    const family = isIP(address ?? '');
    return address !== undefined && family !== 0 && ranges.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };
}

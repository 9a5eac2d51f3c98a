import { AtollError } from '@atoll/errors/error';
import type { Settings } from '@atoll/instance/settings';
import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** What absolute links in the answer begin with; no slash at the end. */
    publicUrl: string;
  }
}

const knownHosts = 256;

/** A name, an IPv4 address, or an IPv6 address in brackets; with or without a port. */
const wellFormedHost = /^(?:[a-z0-9_](?:[a-z0-9_.-]{0,252}[a-z0-9_])?|\[[0-9a-f:.]{2,45}\])(?::(\d{1,5}))?$/i;

/**
 * Finds the public URL of each request: the setting; else what a trusted proxy says (Fastify has already
 * sorted out whether the peer is one); else the Host header and the socket's own scheme.
 * @throws AtollError HOST_REFUSED from the hook.
 */
export function addPublicUrl(fastify: FastifyInstance, settings: Settings): void {
  const localOnly =
    isLoopback(settings.host) && settings.publicUrl === null && settings.trustedProxies.length === 0;
  fastify.decorateRequest('publicUrl', '');
  /** By scheme and host, which are few where all is well. */
  const known = new Map<string, string>();
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { host, protocol } = request;
    const key = `${protocol} ${host}`;
    let url = known.get(key);
    try {
      if (namesTwoHosts(request)) throw new AtollError('HOST_REFUSED', 'The request has two Host headers.');
      url ??= find(request, host, protocol);
    } catch (thrown) {
      return done(thrown instanceof Error ? thrown : new AtollError('HOST_REFUSED'));
    }
    if (known.size < knownHosts) known.set(key, url);
    request.publicUrl = url;
    done();
  });

  function find({ hostname }: FastifyRequest, host: string, protocol: string): string {
    const own = readOwnUrl(host, protocol);
    // A page that makes its own name point to 127.0.0.1 (DNS rebinding) would count as this one's origin.
    if (localOnly && !isLocalName(hostname)) throw new AtollError('HOST_REFUSED');
    return settings.publicUrl ?? own;
  }
}

/** Which of two a proxy in front went by, nobody knows. */
function namesTwoHosts({ raw: { rawHeaders } }: FastifyRequest): boolean {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at].length === 4 && rawHeaders[at].toLowerCase() === 'host') hosts++;
  return hosts > 1;
}

function readOwnUrl(host: string, protocol: string): string {
  const match = wellFormedHost.exec(host);
  const plausible = match !== null && !host.includes('..') && Number(match[1] ?? 0) <= 65_535;
  const own = `${protocol}://${host.toLowerCase()}`;
  // 999.999.999.999 looks like an address and is none.
  if (!plausible || (protocol !== 'http' && protocol !== 'https') || !URL.canParse(own)) {
    throw new AtollError('HOST_REFUSED', 'The Host header of the request is not valid.');
  }
  return own;
}

/** Does a listener on this host hear this machine alone? */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** Names that no stranger's DNS can answer for: localhost, and addresses. */
function isLocalName(hostname: string): boolean {
  return (
    /^(?:.+\.)?localhost$/i.test(hostname) ||
    /^\d{1,3}(?:\.\d{1,3}){3}$/.test(hostname) ||
    hostname[0] === '['
  );
}

import type { FastifyRequest } from 'fastify';

/**
 * May what a browser sends by itself (a cookie, or what a proxy makes of its own) say who asks? Only where Atoll's own
 * page asks, or a person follows a link. A page of another origin has to send a token: it would otherwise act in the
 * name of whoever looks at it.
 */
export function isOwnPage({ method, headers, publicUrl }: FastifyRequest): boolean {
  const { origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = headers;
  if (site === 'same-origin') return true;
  if (site !== undefined && site !== 'none') {
    return mode === 'navigate' && (method === 'GET' || method === 'HEAD');
  }
  return origin === undefined || origin === new URL(publicUrl).origin;
}

/** Does a request change nothing, or come from Atoll's own page by the word of its Origin? */
export function isOwnWriting({ method, headers, publicUrl }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD' || headers.origin === new URL(publicUrl).origin;
}

import type { FastifyReply } from 'fastify';

/**
 * Cookies of Atoll: which links a browser has opened, who has signed in with it, and who is about to. No script reads
 * them, and no other site makes a browser send them but by a link that is followed.
 */
type CookieKind = 'shares' | 'session' | 'sign-in';

/** Where a browser keeps a cookie: by its name it refuses those that somebody else has laid. */
type CookiePlace = { readonly name: string; readonly path: string; readonly secure: boolean };

/**
 * Below a path of a proxy a cookie is for that path alone, for other services may stand beside it; that and `__Host-`,
 * which no neighbour's host can forge, exclude each other.
 * @param publicUrl of the request; no slash at the end.
 */
export function placeOf(kind: CookieKind, publicUrl: string): CookiePlace {
  const { protocol, pathname } = new URL(publicUrl);
  const secure = protocol === 'https:';
  const prefix = !secure ? '' : pathname === '/' ? '__Host-' : '__Secure-';
  return { name: `${prefix}atoll-${kind}`, path: pathname, secure };
}

type Asked = {
  readonly cookies: Readonly<Record<string, string | undefined>>;
  readonly publicUrl: string;
};

export function readCookie({ cookies, publicUrl }: Asked, kind: CookieKind): string | null {
  return cookies[placeOf(kind, publicUrl).name] ?? null;
}

/** @param expires null for as long as the browser is open. */
export function writeCookie(
  reply: FastifyReply,
  kind: CookieKind,
  value: string,
  expires: Date | null,
): void {
  const { name, ...place } = placeOf(kind, reply.request.publicUrl);
  const end = expires === null ? {} : { expires };
  reply.setCookie(name, value, { ...place, httpOnly: true, sameSite: 'lax', ...end });
}

export function dropCookie(reply: FastifyReply, kind: CookieKind): void {
  const { name, ...place } = placeOf(kind, reply.request.publicUrl);
  reply.clearCookie(name, { ...place, httpOnly: true, sameSite: 'lax' });
}

import type { IncomingHttpHeaders } from 'node:http';
import { isSecret } from '@atoll/access/secret';
import { AtollError } from '@atoll/errors/error';

/**
 * The token that a request brings (RFC 6750); null where it brings none.
 * @throws AtollError TOKEN_REFUSED for one that can be none of Atoll's.
 */
export function bearerOf({ authorization }: IncomingHttpHeaders): string | null {
  const [, token] = /^Bearer +([A-Za-z0-9._~+/=-]{1,200})$/i.exec(authorization ?? '') ?? [];
  // What a proxy in front wants for itself (Basic) is no business of Atoll's.
  if (token === undefined) return null;
  if (!isSecret('token', token)) throw new AtollError('TOKEN_REFUSED');
  return token;
}

import { proxyIdentity } from '@atoll/access/proxy-identity';
import type { AccessRecords, Share, Token } from '@atoll/access/records';
import { hashOf } from '@atoll/access/secret';
import { trustedPeers } from '@atoll/access/trusted-peers';
import { type OpenedShare, type Principal, stranger, type Visitor } from '@atoll/access/visitor';
import { AtollError } from '@atoll/errors/error';
import type { Settings } from '@atoll/instance/settings';
import type { FastifyRequest } from 'fastify';
import { bearerOf } from './bearer.ts';
import { readCookie } from './cookies.ts';
import { KnownRecords } from './known-records.ts';
import { isOwnPage, isOwnWriting } from './own-page.ts';
import type { Sessions } from './sessions.ts';
import { shareSecretsOf } from './share-cookie.ts';

/** Reads of a request who asks: a token, what the proxy says, who signed in, and the links that a browser holds. */
export class Identification {
  readonly #auth: Settings['auth'];
  readonly #isTrusted: (address: string | undefined) => boolean;
  readonly #sessions: Sessions | null;
  readonly tokens: KnownRecords<Token>;
  readonly shares: KnownRecords<Share>;

  /** @param sessions null where nobody signs in here. */
  constructor(
    { auth, trustedProxies }: Pick<Settings, 'auth' | 'trustedProxies'>,
    records: () => Promise<AccessRecords>,
    sessions: Sessions | null = null,
  ) {
    this.#auth = auth;
    this.#sessions = sessions;
    this.#isTrusted = trustedPeers(trustedProxies);
    this.tokens = new KnownRecords(async (hash, now) => (await records()).tokens.find(hash, now));
    this.shares = new KnownRecords(async (hash, now) => (await records()).shares.find(hash, now));
  }

  /** @throws AtollError TOKEN_REFUSED, IDENTITY_REFUSED */
  async visitorOf(request: FastifyRequest): Promise<Visitor> {
    const fromProxy = this.#byProxy(request);
    const token = bearerOf(request.headers);
    if (token !== null) return { principal: await this.#byToken(token), shares: [] };
    // What a browser sends by itself says nothing when the page of another origin makes it.
    if (!isOwnPage(request)) return stranger;
    const principal = fromProxy ?? (await this.#bySession(request));
    return { principal, shares: await this.#sharesOf(request) };
  }

  /** Has this browser a session, which may have ended? */
  hasSession(request: FastifyRequest): boolean {
    return this.#sessions !== null && isOwnPage(request) && readCookie(request, 'session') !== null;
  }

  /** A cookie lets nobody change anything but Atoll's own page, letter by letter. */
  async #bySession(request: FastifyRequest): Promise<Principal | null> {
    if (this.#sessions === null || !isOwnWriting(request)) return null;
    return this.#sessions.find(readCookie(request, 'session'));
  }

  /** Also of a request that has a token: somebody who forges a name is refused, whatever else they bring. */
  #byProxy({ raw }: FastifyRequest): Principal | null {
    if (this.#auth.mode !== 'proxy') return null;
    const { headers, groupRoles } = this.#auth;
    const peer = raw.socket.remoteAddress;
    return proxyIdentity({ rawHeaders: raw.rawHeaders, peer }, headers, this.#isTrusted, groupRoles);
  }

  async #byToken(token: string): Promise<Principal> {
    const found = await this.tokens.find(hashOf(token));
    if (found === null) throw new AtollError('TOKEN_REFUSED');
    const { userId, groups, role, scopes } = found;
    return { id: userId, name: userId, groups, role, scopes, way: 'token' };
  }

  async #sharesOf(request: FastifyRequest): Promise<OpenedShare[]> {
    const found = await Promise.all(
      shareSecretsOf(request).map((secret) => this.shares.find(hashOf(secret))),
    );
    return found.filter((share) => share !== null);
  }
}

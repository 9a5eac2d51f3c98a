import type { AccessRecords, Session } from '@atoll/access/records';
import { seal, unseal } from '@atoll/access/sealed';
import { hashOf, isSecret, newSecret } from '@atoll/access/secret';
import { type GroupRoles, roleOf } from '@atoll/access/standing';
import type { Principal } from '@atoll/access/visitor';
import { AtollError } from '@atoll/errors/error';
import type { Settings } from '@atoll/instance/settings';
import { z } from 'zod';
import { KnownRecords } from './known-records.ts';
import type { OpenIdProvider, ProviderAnswer } from './openid-provider.ts';

/** Use is written down this seldom, so that looking at a result is not a dozen writings. */
const noticeMs = 60_000;
/** After so long a provider that did not answer is asked again. */
const againMs = 60_000;

const Sealed = z.object({
  subject: z.string(),
  refreshToken: z.string().nullable(),
  idToken: z.string().nullable(),
});

type SessionParts = {
  readonly signIn: Settings['auth']['signIn'];
  readonly groupRoles: GroupRoles;
  readonly provider: OpenIdProvider;
  readonly records: () => Promise<AccessRecords>;
};

/**
 * Sessions of people who signed in. They are rows of the database, known to every process and gone everywhere when they
 * are removed; the browser has 256 random bits, of which the row has the hash.
 */
export class Sessions {
  readonly #parts: SessionParts;
  readonly #known: KnownRecords<Session>;
  readonly #renewing = new Map<string, Promise<Session | null>>();

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#known = new KnownRecords(async (hash, now) => (await parts.records()).sessions.find(hash, now));
  }

  /** Begins one. @returns who it is, and the secret for the browser, always a new one. */
  async begin(answer: ProviderAnswer, now = new Date()): Promise<{ principal: Principal; secret: string }> {
    const { signIn, records } = this.#parts;
    const secret = newSecret('session');
    const endsAt = new Date(now.getTime() + 1000 * signIn.sessionSeconds);
    const session: Session = {
      ...answer.identity,
      sealed: sealedOf(answer, secret),
      createdAt: now,
      expiresAt: this.#idleEnd(now, endsAt),
      endsAt,
      renewAt: this.#renewal(answer, now),
    };
    await (await records()).sessions.add(session, hashOf(secret));
    return { principal: this.#principalOf(session), secret };
  }

  /** Who has signed in with this browser; null where nobody has, or not any more. */
  async find(secret: string | null, now = new Date()): Promise<Principal | null> {
    if (secret === null || !isSecret('session', secret)) return null;
    const hash = hashOf(secret);
    const found = await this.#known.find(hash, now);
    if (found === null) return null;
    const session = found.renewAt !== null && found.renewAt <= now ? await this.#renew(found, secret) : found;
    if (session === null) return null;
    const end = this.#idleEnd(now, session.endsAt);
    if (end.getTime() - session.expiresAt.getTime() > noticeMs) {
      await (await this.#parts.records()).sessions.extend(hash, end);
      this.#known.forget();
    }
    return this.#principalOf(session);
  }

  /** Ends one. @returns its token for the provider's own end; null where there is none. */
  async end(secret: string | null): Promise<{ idToken: string | null } | null> {
    if (secret === null || !isSecret('session', secret)) return null;
    const session = await (await this.#parts.records()).sessions.remove(hashOf(secret));
    this.#known.forget();
    return session === null ? null : { idToken: unsealed(session, secret)?.idToken ?? null };
  }

  /** Asks the provider who this still is; requests that come at the same time wait for one answer. */
  #renew(session: Session, secret: string): Promise<Session | null> {
    const hash = hashOf(secret);
    const renewing =
      this.#renewing.get(hash) ??
      this.#ask(session, secret, hash).finally(() => {
        this.#renewing.delete(hash);
        this.#known.forget();
      });
    this.#renewing.set(hash, renewing);
    return renewing;
  }

  async #ask(session: Session, secret: string, hash: string, now = new Date()): Promise<Session | null> {
    const { provider } = this.#parts;
    const { sessions } = await this.#parts.records();
    const last = unsealed(session, secret);
    if (last?.refreshToken == null || session.renewAt === null) return session;
    const next = new Date(now.getTime() + againMs);
    // Another process asks.
    if (!(await sessions.claimRenewal(hash, session.renewAt, next))) return session;
    try {
      const answer = await provider.renew(last, last.refreshToken);
      const renewal = {
        ...answer.identity,
        sealed: sealedOf(answer, secret),
        renewAt: this.#renewal(answer, now),
      };
      await sessions.renew(hash, renewal);
      return { ...session, ...renewal };
    } catch (thrown) {
      if (thrown instanceof AtollError && thrown.code === 'SIGN_IN_UNREACHABLE') return session;
      // Signed out there, blocked, or the client is not known any more: nobody vouches for them.
      await sessions.remove(hash);
      return null;
    }
  }

  #idleEnd(now: Date, endsAt: Date): Date {
    return new Date(Math.min(endsAt.getTime(), now.getTime() + 1000 * this.#parts.signIn.idleSeconds));
  }

  #renewal({ refreshToken }: ProviderAnswer, now: Date): Date | null {
    return refreshToken === null ? null : new Date(now.getTime() + 1000 * this.#parts.signIn.renewalSeconds);
  }

  #principalOf({ userId, name, groups }: Session): Principal {
    const role = roleOf(groups, this.#parts.groupRoles);
    return { id: userId, name, groups, role, scopes: null, way: 'session' };
  }
}

function sealedOf({ subject, refreshToken, idToken }: ProviderAnswer, secret: string): string {
  return seal(JSON.stringify({ subject, refreshToken, idToken }), secret);
}

function unsealed({ sealed }: Session, secret: string): z.infer<typeof Sealed> | null {
  const text = sealed === null ? null : unseal(sealed, secret);
  return text === null ? null : (Sealed.safeParse(JSON.parse(text)).data ?? null);
}

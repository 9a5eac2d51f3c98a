import type { Principal } from '@atoll/access/visitor';
import { AtollError } from '@atoll/errors/error';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { dropCookie, readCookie, writeCookie } from './cookies.ts';
import type { OpenIdProvider } from './openid-provider.ts';
import type { Sessions } from './sessions.ts';
import { addressOf, beginAttempt, endAttempt, safePlace } from './sign-in-attempt.ts';

/** Address below the public URL that the provider leads back to. */
const returnPath = '/sign-in/done';

/** Lets people in and out: between the provider, the sessions and the cookies of a browser. */
export class SignInDesk {
  readonly sessions: Sessions;
  readonly #provider: OpenIdProvider;
  readonly #publicUrl: string;

  constructor(provider: OpenIdProvider, sessions: Sessions, publicUrl: string) {
    this.#provider = provider;
    this.sessions = sessions;
    this.#publicUrl = publicUrl;
  }

  /** @returns where to sign in. @throws AtollError SIGN_IN_UNREACHABLE, SIGN_IN_FAILED */
  async begin(request: FastifyRequest, reply: FastifyReply, wantedPlace: string): Promise<string> {
    const attempt = beginAttempt(request, reply, safePlace(wantedPlace));
    return this.#provider.signInUrl(attempt, `${this.#publicUrl}${returnPath}`);
  }

  /**
   * Ends what `begin` began, in the same browser alone.
   * @returns who came, and where to lead them.
   * @throws AtollError SIGN_IN_STALE, SIGN_IN_REFUSED, SIGN_IN_FAILED, SIGN_IN_UNREACHABLE
   */
  async finish(request: FastifyRequest, reply: FastifyReply): Promise<{ principal: Principal; to: string }> {
    const answer = new URL(`${this.#publicUrl}${returnPath}`);
    answer.search = new URL(request.url, this.#publicUrl).search;
    const attempt = endAttempt(request, reply, answer.searchParams.get('state') ?? '');
    if (attempt === null) throw new AtollError('SIGN_IN_STALE');
    const welcomed = await this.#provider.welcome(answer, attempt);
    // Whoever had this browser before has signed out by it, and what somebody laid into it is worth nothing.
    await this.sessions.end(readCookie(request, 'session'));
    const { principal, secret } = await this.sessions.begin(welcomed);
    writeCookie(reply, 'session', secret, null);
    return { principal, to: addressOf(attempt.returnTo, this.#publicUrl) };
  }

  /** @returns where the provider ends its own session; null where it does not. */
  async leave(request: FastifyRequest, reply: FastifyReply): Promise<string | null> {
    const ended = await this.sessions.end(readCookie(request, 'session'));
    dropCookie(reply, 'session');
    return ended === null ? null : this.#provider.signOutUrl(ended.idToken, this.#publicUrl);
  }
}

import {
  type ClaimedIdentity,
  claimedIdentity,
  leavesGroupsOut,
  namesGroups,
} from '@atoll/access/claimed-identity';
import { AtollError } from '@atoll/errors/error';
import type { Settings } from '@atoll/instance/settings';
import * as openid from 'openid-client';
import type { SignInAttempt } from './sign-in-attempt.ts';
import { asSignInError } from './sign-in-error.ts';

/** So long an answer of the provider is waited for. */
const timeoutSeconds = 10;
/** What the provider says of itself is read again after so long; its keys are read when there is a new one. */
const knownMs = 3600_000;
/** Addresses longer than this are cut off on the way. */
const longestHint = 3000;

/** Whom the provider knows, and what it gave to ask it again. */
export type ProviderAnswer = {
  readonly identity: ClaimedIdentity;
  readonly subject: string;
  readonly refreshToken: string | null;
  readonly idToken: string | null;
};

type Log = { warn(bag: object, message: string): void };
type Tokens = openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers;

/** The OpenID provider: who signs in there, and who they still are. One that is out of reach is asked again each time. */
export class OpenIdProvider {
  readonly #settings: Settings['auth']['signIn'];
  readonly #issuer: URL;
  readonly #log: Log;
  #known: { readonly configuration: openid.Configuration; readonly at: number } | null = null;
  #asking: Promise<openid.Configuration> | null = null;

  /** @param issuer as it states itself; http on this machine alone, as the settings have made sure. */
  constructor(settings: Settings['auth']['signIn'], issuer: string, log: Log) {
    this.#settings = settings;
    this.#issuer = new URL(issuer);
    this.#log = log;
  }

  /** Reads what the provider says of itself. @throws AtollError SIGN_IN_UNREACHABLE, SIGN_IN_FAILED */
  async look(): Promise<void> {
    await this.#configuration();
  }

  /** Where somebody signs in. @throws AtollError SIGN_IN_UNREACHABLE, SIGN_IN_FAILED */
  async signInUrl({ state, nonce, verifier }: SignInAttempt, redirectUri: string): Promise<string> {
    const configuration = await this.#configuration();
    const url = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: this.#settings.scopes,
      state,
      nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(this.#settings.prompt === '' ? {} : { prompt: this.#settings.prompt }),
    });
    return url.href;
  }

  /**
   * Who came back from the provider.
   * @param answer the address that they were sent to, with the provider's parameters.
   * @throws AtollError SIGN_IN_STALE, SIGN_IN_REFUSED, SIGN_IN_FAILED, SIGN_IN_UNREACHABLE
   */
  async welcome(answer: URL, { state, nonce, verifier }: SignInAttempt): Promise<ProviderAnswer> {
    const configuration = await this.#configuration();
    return this.#told(async () => {
      const tokens = await openid.authorizationCodeGrant(configuration, answer, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      return this.#read(configuration, tokens, tokens.claims()?.sub ?? '');
    });
  }

  /**
   * Who somebody still is.
   * @throws AtollError SIGN_IN_REFUSED where they are nobody any more; SIGN_IN_FAILED, SIGN_IN_UNREACHABLE
   */
  async renew(last: Omit<ProviderAnswer, 'identity'>, refreshToken: string): Promise<ProviderAnswer> {
    const configuration = await this.#configuration();
    return this.#told(async () => {
      const tokens = await openid.refreshTokenGrant(configuration, refreshToken);
      const answer = await this.#read(configuration, tokens, last.subject);
      return {
        ...answer,
        refreshToken: answer.refreshToken ?? refreshToken,
        idToken: answer.idToken ?? last.idToken,
      };
    });
  }

  /** Where the provider ends its own session; null where it offers no such thing, or cannot be asked. */
  async signOutUrl(idToken: string | null, publicUrl: string): Promise<string | null> {
    const configuration = await this.#configuration().catch(() => null);
    if (configuration?.serverMetadata().end_session_endpoint === undefined) return null;
    const hint = idToken === null || idToken.length > longestHint ? {} : { id_token_hint: idToken };
    return openid.buildEndSessionUrl(configuration, {
      ...hint,
      client_id: this.#settings.clientId,
      post_logout_redirect_uri: `${publicUrl}/`,
    }).href;
  }

  /** Claims of the token, and where it says nothing of groups, of the address that says more. */
  async #read(configuration: openid.Configuration, tokens: Tokens, subject: string): Promise<ProviderAnswer> {
    const { claims: names } = this.#settings;
    const told = tokens.claims();
    if (told !== undefined && told.sub !== subject) throw new AtollError('SIGN_IN_FAILED');
    let claims: Record<string, unknown> = { ...told };
    const asksMore = configuration.serverMetadata().userinfo_endpoint !== undefined;
    if (asksMore && !namesGroups(claims, names)) {
      claims = { ...claims, ...(await openid.fetchUserInfo(configuration, tokens.access_token, subject)) };
    }
    if (leavesGroupsOut(claims, names)) {
      this.#log.warn({}, 'the provider left the groups of an account out: it is in too many of them');
    }
    const identity = claimedIdentity(claims, names);
    if (identity === null) {
      this.#log.warn({ claim: names.user }, 'the provider named no account in the claim that is to have it');
      throw new AtollError('SIGN_IN_FAILED');
    }
    return {
      identity,
      subject,
      refreshToken: tokens.refresh_token ?? null,
      idToken: tokens.id_token ?? null,
    };
  }

  #configuration(): Promise<openid.Configuration> {
    const known = this.#known;
    if (known !== null && performance.now() - known.at < knownMs) return Promise.resolve(known.configuration);
    // Those who come at once ask together.
    this.#asking ??= this.#told(() => this.#discover())
      .then((configuration) => {
        this.#known = { configuration, at: performance.now() };
        return configuration;
      })
      .catch((thrown: unknown) => {
        // What it said an hour ago is still good enough.
        if (known !== null) return known.configuration;
        throw thrown;
      })
      .finally(() => {
        this.#asking = null;
      });
    return this.#asking;
  }

  #discover(): Promise<openid.Configuration> {
    const { clientId, clientSecret } = this.#settings;
    const authentication = clientSecret === null ? openid.None() : openid.ClientSecretBasic(clientSecret);
    const isPlain = this.#issuer.protocol === 'http:';
    return openid.discovery(this.#issuer, clientId, undefined, authentication, {
      timeout: timeoutSeconds,
      execute: [openid.enableNonRepudiationChecks, ...(isPlain ? [openid.allowInsecureRequests] : [])],
    });
  }

  async #told<Result>(ask: () => Promise<Result>): Promise<Result> {
    try {
      return await ask();
    } catch (thrown) {
      throw asSignInError(thrown, this.#log);
    }
  }
}

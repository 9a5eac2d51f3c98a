import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import Provider from 'oidc-provider';

/** Somebody with an account at the provider. */
type ProviderAccount = { name: string; groups: string[]; isBlocked?: boolean };

export type RunningProvider = {
  readonly issuer: string;
  readonly accounts: Map<string, ProviderAccount>;
  /** What the provider was asked to put into tokens and addresses, so that tests can look for it where it must not be. */
  readonly secrets: string[];
  stop(): Promise<void>;
  /** At the same address. */
  start(): Promise<void>;
};

type ProviderOptions = {
  /** Address of Atoll, at which people reach it. */
  readonly publicUrl: string;
  /** Groups in the token itself, and not only where more is told (userinfo). */
  readonly isTalkative?: boolean;
  /** Tokens for renewal, each good once. */
  readonly renews?: boolean;
  readonly endsSessions?: boolean;
};

export const providerClient = { id: 'atoll', secret: 'a-secret-of-the-tests-that-nobody-has-to-guess' };

/** A real OpenID provider on loopback, with a page to sign in at that believes every name it is given. */
export async function startProvider({
  publicUrl,
  isTalkative = false,
  renews = true,
  endsSessions = true,
}: ProviderOptions): Promise<RunningProvider> {
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  const accounts = new Map<string, ProviderAccount>();
  const secrets: string[] = [];
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: providerClient.id,
        client_secret: providerClient.secret,
        redirect_uris: [`${publicUrl}/sign-in/done`],
        post_logout_redirect_uris: [`${publicUrl}/`],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub'], profile: ['name'], groups: ['groups'] },
    scopes: ['openid', 'profile', 'groups'],
    conformIdTokenClaims: !isTalkative,
    jwks: {
      keys: [{ ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }) }],
    },
    ttl: { AccessToken: 600, Grant: 3600, IdToken: 600, Interaction: 600, RefreshToken: 3600, Session: 3600 },
    cookies: { keys: ['a key of the tests'] },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: endsSessions,
        logoutSource: async (ctx, form) => {
          ctx.body = page(`${form}<button name="logout" value="yes" form="op.logoutForm">Sign out</button>`);
        },
      },
    },
    findAccount: async (_ctx, accountId) => {
      const account = accounts.get(accountId);
      if (account === undefined || account.isBlocked === true) return undefined;
      return {
        accountId,
        claims: async () => ({ sub: accountId, name: account.name, groups: account.groups }),
      };
    },
    issueRefreshToken: async () => renews,
    interactions: { url: async (_ctx, { uid }) => `/interaction/${uid}` },
    // Nobody is asked whether they agree: an institution's own service needs no leave.
    loadExistingGrant: async (ctx) => {
      const { client, session, params } = ctx.oidc;
      if (client === undefined || session?.accountId === undefined) return undefined;
      const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope(String(params?.scope));
      await grant.save();
      return grant;
    },
    renderError: async (ctx, out) => {
      ctx.type = 'html';
      ctx.body = page(`<p>${out.error}</p>`);
    },
  });
  provider.on('server_error', (_ctx, error) => process.stderr.write(`provider: ${error.stack}\n`));
  const answer = provider.callback();
  const listener = async (request: IncomingMessage, response: import('node:http').ServerResponse) => {
    const [, uid] = /^\/interaction\/([\w-]+)$/.exec(request.url ?? '') ?? [];
    if (uid === undefined) return answer(request, response);
    if (request.method === 'GET') {
      await provider.interactionDetails(request, response);
      response.writeHead(200, { 'Content-Type': 'text/html' });
      return response.end(
        page(
          '<form method="post"><label>Account <input name="account"></label> <button>Continue</button> <button name="refuse" value="yes">Cancel</button></form>',
        ),
      );
    }
    const form = new URLSearchParams(await bodyOf(request));
    const result =
      form.get('refuse') === 'yes'
        ? { error: 'access_denied', error_description: 'Refused.' }
        : { login: { accountId: form.get('account') ?? '' } };
    await provider.interactionFinished(request, response, result);
  };
  let server: Server | null = null;
  const start = async () => {
    server = createServer((request, response) => {
      const { searchParams } = new URL(request.url ?? '/', issuer);
      const token = request.headers.authorization?.split(' ')[1];
      for (const secret of [searchParams.get('id_token_hint'), token]) if (secret) secrets.push(secret);
      listener(request, response).catch((thrown: unknown) => {
        process.stderr.write(`provider: ${String(thrown)}\n`);
        response.destroy();
      });
    }).listen(port, 'localhost');
    await once(server, 'listening');
  };
  const stop = async () => {
    server?.closeAllConnections();
    await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
    server = null;
  };
  await start();
  return { issuer, accounts, secrets, start, stop };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return address !== null && typeof address === 'object' ? address.port : 0;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

function page(content: string): string {
  return `<!doctype html><html lang="en"><title>Sign-in of the institution</title><body>${content}</body></html>`;
}

import type { z } from 'zod';
import type { schema } from './setting-list.ts';

/** The settings of sign-in together. */
export function readSignIn(env: z.output<typeof schema>) {
  return {
    issuer: env.ATOLL_OIDC_ISSUER,
    clientId: env.ATOLL_OIDC_CLIENT_ID,
    /** A secret; null for a public client. */
    clientSecret: env.ATOLL_OIDC_CLIENT_SECRET === '' ? null : env.ATOLL_OIDC_CLIENT_SECRET,
    scopes: env.ATOLL_OIDC_SCOPES,
    /** '' leaves it to the provider. */
    prompt: env.ATOLL_OIDC_PROMPT,
    claims: { user: env.ATOLL_OIDC_USER_CLAIM, groups: env.ATOLL_OIDC_GROUPS_CLAIM },
    sessionSeconds: env.ATOLL_SESSION_TTL,
    idleSeconds: env.ATOLL_SESSION_IDLE,
    renewalSeconds: env.ATOLL_SESSION_RENEWAL,
  };
}

type Given = {
  readonly publicUrl: string | null;
  readonly auth: { readonly signIn: ReturnType<typeof readSignIn> };
};

/** What is missing or unsafe for signing in, one sentence each. */
export function faultsOfSignIn({ publicUrl, auth: { signIn } }: Given): string[] {
  const { issuer, clientId } = signIn;
  const faults: string[] = [];
  if (issuer === null) faults.push('ATOLL_OIDC_ISSUER: with ATOLL_AUTH=oidc, set the issuer of the provider');
  else if (!isPrivate(issuer)) {
    faults.push('ATOLL_OIDC_ISSUER: an https address is required, except on this machine');
  }
  if (clientId === '') faults.push('ATOLL_OIDC_CLIENT_ID: with ATOLL_AUTH=oidc, set the id of the client');
  if (publicUrl === null) {
    faults.push(
      'ATOLL_PUBLIC_URL: with ATOLL_AUTH=oidc, set the address at which browsers reach this instance',
    );
  } else if (!isPrivate(publicUrl)) {
    faults.push(
      'ATOLL_PUBLIC_URL: with ATOLL_AUTH=oidc an https address is required, except on this machine',
    );
  }
  return faults;
}

/** Nobody on the way can read what goes there. */
function isPrivate(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || /^(?:(?:[^.]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

import { z } from 'zod';
import { setting } from './setting.ts';
import { duration, issuerUrl, oidcScopes } from './setting-readers.ts';

const claim = z.string().regex(/^[\x21-\x7e]{1,200}$/, 'the name of a claim is required, such as groups');
/** A session that ended at once would let nobody in. */
const atLeastAMinute = duration.refine((seconds) => seconds >= 60, 'at least 60s');

/** How people sign in with an OpenID provider, with ATOLL_AUTH=oidc. */
export const signInSettings = {
  ATOLL_OIDC_ISSUER: setting(issuerUrl, {
    description:
      'With ATOLL_AUTH=oidc: issuer of the OpenID provider, as its /.well-known/openid-configuration states it. Sign-in leads back to ATOLL_PUBLIC_URL/sign-in/done, which must be registered there.',
    fallback: '',
    example: 'https://login.example.org/realms/hospital',
  }),
  ATOLL_OIDC_CLIENT_ID: setting(z.string().regex(/^[\x20-\x7e]{0,200}$/, 'the id of a client is required'), {
    description: 'With ATOLL_AUTH=oidc: id under which Atoll is registered with the provider.',
    fallback: '',
    example: 'atoll',
  }),
  ATOLL_OIDC_CLIENT_SECRET: setting(z.string(), {
    description:
      'With ATOLL_AUTH=oidc: secret of that client. Empty for a public client, which PKCE alone protects. Contains a secret.',
    fallback: '',
  }),
  ATOLL_OIDC_SCOPES: setting(oidcScopes, {
    description:
      'With ATOLL_AUTH=oidc: scopes to ask for, separated by spaces. Some providers give groups only with a scope of that name, and a token for renewal only with offline_access.',
    fallback: 'openid profile',
    example: 'openid profile groups offline_access',
  }),
  ATOLL_OIDC_PROMPT: setting(z.enum(['', 'consent', 'login', 'select_account']), {
    description:
      'With ATOLL_AUTH=oidc: what the provider asks for even of those whom it knows already: login (the password, for shared computers), select_account, or consent (which some providers need for offline_access).',
    fallback: '',
    example: 'login',
  }),
  ATOLL_OIDC_USER_CLAIM: setting(claim, {
    description:
      'With ATOLL_AUTH=oidc: claim with the id of the account, to which cases and jobs then belong. The provider must never give the same one to somebody else: sub is safe, preferred_username only where nobody can change it.',
    fallback: 'sub',
    example: 'preferred_username',
  }),
  ATOLL_OIDC_GROUPS_CLAIM: setting(claim, {
    description:
      'With ATOLL_AUTH=oidc: claim with the groups of the account; dots lead into nested claims, such as realm_access.roles.',
    fallback: 'groups',
    example: 'roles',
  }),
  ATOLL_SESSION_TTL: setting(atLeastAMinute, {
    description: 'With ATOLL_AUTH=oidc: after how long everybody must sign in again (such as 12h).',
    fallback: '12h',
  }),
  ATOLL_SESSION_IDLE: setting(atLeastAMinute, {
    description: 'With ATOLL_AUTH=oidc: after how long without use a session ends (such as 2h).',
    fallback: '2h',
  }),
  ATOLL_SESSION_RENEWAL: setting(
    duration.refine((seconds) => seconds >= 1, 'at least 1s'),
    {
      description:
        'With ATOLL_AUTH=oidc: how often the provider is asked again who this is and in which groups, if it gave a token for renewal. Whoever was blocked there is out after so long.',
      fallback: '10m',
    },
  ),
};

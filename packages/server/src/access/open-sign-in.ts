import type { AccessRecords } from '@atoll/access/records';
import type { Settings } from '@atoll/instance/settings';
import type { FastifyBaseLogger } from 'fastify';
import type { SignInDesk } from './sign-in-desk.ts';

/**
 * What signing in needs, where people sign in here; its libraries are loaded there alone. A provider that is out of
 * reach keeps nothing from starting: the log says so, and it is asked again when somebody signs in.
 */
export async function openSignIn(
  { auth, publicUrl }: Settings,
  records: () => Promise<AccessRecords>,
  log: FastifyBaseLogger,
): Promise<SignInDesk | null> {
  const { mode, signIn, groupRoles } = auth;
  if (mode !== 'oidc' || signIn.issuer === null || publicUrl === null) return null;
  const { OpenIdProvider } = await import('./openid-provider.ts');
  const { Sessions } = await import('./sessions.ts');
  const { SignInDesk } = await import('./sign-in-desk.ts');
  const provider = new OpenIdProvider(signIn, signIn.issuer, log);
  const { issuer } = signIn;
  provider.look().then(
    () => log.info({ issuer }, 'people sign in with the OpenID provider'),
    () => log.warn({ issuer }, 'nobody can sign in until the OpenID provider answers as it must'),
  );
  return new SignInDesk(provider, new Sessions({ signIn, groupRoles, provider, records }), publicUrl);
}

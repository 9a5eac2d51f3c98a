import type { ErrorCode } from '@atoll/errors/catalogue';
import { AtollError } from '@atoll/errors/error';
import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';

/** Errors by which a provider says that somebody may not come in (RFC 6749, OpenID Connect Core). */
const refusals = [
  'access_denied',
  'login_required',
  'consent_required',
  'interaction_required',
  'account_selection_required',
];
const passing = ['temporarily_unavailable', 'server_error'];

/** What went wrong with the provider, in the catalogue's words; the log has the provider's own code beside it. */
export function asSignInError(
  thrown: unknown,
  log: { warn(bag: object, message: string): void },
): AtollError {
  if (thrown instanceof AtollError) return thrown;
  const reason = reasonOf(thrown);
  const code = codeOf(thrown, reason);
  if (code !== 'SIGN_IN_REFUSED') log.warn({ err: thrown, reason }, 'the OpenID provider');
  return new AtollError(code, undefined, { cause: thrown });
}

function codeOf(thrown: unknown, reason: string | null): ErrorCode {
  if (thrown instanceof AuthorizationResponseError) {
    if (reason !== null && refusals.includes(reason)) return 'SIGN_IN_REFUSED';
    return reason !== null && passing.includes(reason) ? 'SIGN_IN_UNREACHABLE' : 'SIGN_IN_FAILED';
  }
  if (thrown instanceof ResponseBodyError) {
    // The code was used before, or somebody is not known any more.
    return reason === 'invalid_grant' ? 'SIGN_IN_STALE' : 'SIGN_IN_FAILED';
  }
  return isUnreachable(thrown) ? 'SIGN_IN_UNREACHABLE' : 'SIGN_IN_FAILED';
}

/** The code of RFC 6749, and no text: that may name somebody. */
function reasonOf(thrown: unknown): string | null {
  const isTold = thrown instanceof AuthorizationResponseError || thrown instanceof ResponseBodyError;
  return isTold && /^[a-z_]{1,60}$/.test(thrown.error) ? thrown.error : null;
}

function isUnreachable(thrown: unknown): boolean {
  // fetch says of every failure of the network that it is one of types.
  if (thrown instanceof TypeError) return !('code' in thrown);
  if (!(thrown instanceof ClientError)) return false;
  if (thrown.code === 'OAUTH_TIMEOUT') return true;
  return thrown.cause instanceof Response && (thrown.cause.status >= 500 || thrown.cause.status === 429);
}

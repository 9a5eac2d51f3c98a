import type { CatalogueRow } from '../row.ts';

/** Who may see what. */
export const accessCodes = {
  SIGN_IN_NEEDED: {
    status: 401,
    sentence: 'You must sign in to use this.',
    action: 'Sign in on the page; scripts send a token in the header Authorization: Bearer.',
    retry: 'never',
    where: ['answer', 'terminal'],
  },
  TOKEN_REFUSED: {
    status: 401,
    sentence: 'The token is not valid: it is unknown, has expired or was revoked.',
    action: 'Ask an administrator of this instance for a new one (`atoll token add`).',
    retry: 'never',
    where: ['answer', 'terminal'],
  },
  TOKEN_SCOPE_MISSING: {
    status: 403,
    sentence: 'The token is not good for this.',
    action: 'Use one with the scope that is needed: read, run, review, admin, send or search.',
    retry: 'never',
    where: ['answer', 'terminal'],
  },
  ROLE_TOO_LOW: {
    status: 403,
    sentence: 'Your account may not do this.',
    action: 'Ask whoever hosts this instance to put you into a group that may.',
    retry: 'never',
    where: ['answer', 'terminal'],
  },
  IDENTITY_REFUSED: {
    status: 403,
    sentence: 'The request names an account, and does not come from a proxy that this instance trusts.',
    action: 'If you host this instance, list the address of the proxy in ATOLL_TRUSTED_PROXIES.',
    retry: 'never',
    where: ['answer'],
  },
  SHARE_ENDED: {
    status: 410,
    sentence: 'This link is no longer valid: it has expired or was revoked, or there never was such a link.',
    action: 'Ask whoever sent it for a new one.',
    retry: 'never',
    where: ['answer'],
  },
  SHARE_UNKNOWN: {
    status: 404,
    sentence: 'There is no such link.',
    action: 'It may have been revoked or have expired.',
    retry: 'never',
    where: ['answer', 'terminal'],
  },
  TOKEN_UNKNOWN: {
    status: 404,
    sentence: 'There is no such token, or it was revoked before.',
    action: 'See `atoll token list`.',
    retry: 'never',
    where: ['answer', 'terminal'],
  },
  ACCESS_OFF: {
    status: 404,
    sentence: 'This instance asks nobody to sign in, so it has no accounts, tokens, links or audit log.',
    action: 'If you host it, set ATOLL_AUTH.',
    retry: 'never',
    where: ['answer', 'terminal'],
  },
} as const satisfies Record<string, CatalogueRow>;

import { createHash } from 'node:crypto';
import { isSecret, newSecret } from '@atoll/access/secret';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { dropCookie, readCookie, writeCookie } from './cookies.ts';

/** Typing a password and a second factor takes minutes. */
const attemptMs = 15 * 60_000;
/** Tabs of one browser that sign in at the same time. */
const mostAttempts = 3;

/** Somebody who was sent to the provider, and is expected back in the same browser. */
export type SignInAttempt = {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE, which the provider gets to see at the end alone. */
  readonly verifier: string;
  /** Where the page was: its query, or a name of `returnPlaces`. */
  readonly returnTo: string;
};

type Kept = { readonly secret: string; readonly returnTo: string };

/** Keeps a new attempt in the browser, and nothing of it here: what the provider is sent is derived of its secret. */
export function beginAttempt(request: FastifyRequest, reply: FastifyReply, returnTo: string): SignInAttempt {
  const secret = newSecret('attempt');
  const kept = [{ secret, returnTo }, ...attemptsOf(request)].slice(0, mostAttempts);
  write(reply, kept);
  return attemptOf({ secret, returnTo });
}

/** Ends the attempt that the provider's answer belongs to; null where this browser has begun none such. */
export function endAttempt(
  request: FastifyRequest,
  reply: FastifyReply,
  state: string,
): SignInAttempt | null {
  const kept = attemptsOf(request);
  const ended = kept.find((each) => attemptOf(each).state === state);
  const left = kept.filter((each) => each !== ended);
  if (left.length === 0) dropCookie(reply, 'sign-in');
  else write(reply, left);
  return ended === undefined ? null : attemptOf(ended);
}

function attemptOf({ secret, returnTo }: Kept): SignInAttempt {
  const derive = (what: string) => createHash('sha256').update(`${what} ${secret}`).digest('base64url');
  return { state: derive('state'), nonce: derive('nonce'), verifier: derive('verifier'), returnTo };
}

function write(reply: FastifyReply, kept: readonly Kept[]): void {
  const value = kept.map(
    ({ secret, returnTo }) => `${secret}~${Buffer.from(returnTo).toString('base64url')}`,
  );
  writeCookie(reply, 'sign-in', value.join('.'), new Date(Date.now() + attemptMs));
}

function attemptsOf(request: FastifyRequest): Kept[] {
  const entries = (readCookie(request, 'sign-in') ?? '').split('.').slice(0, mostAttempts);
  return entries.flatMap((entry) => {
    const [secret, place = ''] = entry.split('~');
    if (!isSecret('attempt', secret)) return [];
    return [{ secret, returnTo: safePlace(Buffer.from(place, 'base64url').toString()) }];
  });
}

/** Of the tab that opened the sign-in in another one, and goes on where it is. */
const besideName = 'beside';

/**
 * Where somebody is led after signing in: a query of Atoll's own page, and never another address.
 * @returns '' for anything else.
 */
export function safePlace(wanted: string): string {
  if (wanted === besideName) return wanted;
  return /^\?[\w=&%.~+-]{1,600}$/.test(wanted) ? wanted : '';
}

/** Address of such a place. */
export function addressOf(place: string, publicUrl: string): string {
  return place === besideName ? `${publicUrl}/signed-in` : `${publicUrl}/${place}`;
}

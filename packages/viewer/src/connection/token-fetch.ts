const storageKey = 'atoll-token';

/** A token that somebody has entered, and the service that it is for. */
type Entered = { readonly service: string; readonly token: string };

const refusals = new Set<() => void>();
let known: Entered | null | undefined;

/**
 * As fetch, for whatever is asked of the service: a token that was entered goes along, and to no other address. Where no
 * account is known (401), those who listen hear of it.
 */
export async function serviceFetch(url: string, init: RequestInit = {}): Promise<Response> {
  const entered = readToken();
  const address = new URL(url, document.baseURI).href;
  const headers = new Headers(init.headers);
  if (entered !== null && address.startsWith(`${entered.service}/`)) {
    headers.set('Authorization', `Bearer ${entered.token}`);
  }
  const response = await fetch(url, { ...init, headers });
  // What it is about is asked of that very route: it would be asked without end.
  if (response.status === 401 && !/\/api\/me(?:\?|$)/.test(address)) for (const hear of refusals) hear();
  return response;
}

/** Tells when an answer says that nobody is known to have asked; until the answer is called. */
export function onRefusal(listener: () => void): () => void {
  refusals.add(listener);
  return () => refusals.delete(listener);
}

export function hasToken(): boolean {
  return readToken() !== null;
}

/** Kept until the tab is closed, and in this browser alone. @param token null forgets it. */
export function enterToken(serviceUrl: string, token: string | null): void {
  known =
    token === null ? null : { service: new URL(serviceUrl, document.baseURI).href.replace(/\/$/, ''), token };
  try {
    if (known === null) sessionStorage.removeItem(storageKey);
    else sessionStorage.setItem(storageKey, `${known.service} ${known.token}`);
  } catch {
    // It is good until the page is left.
  }
}

function readToken(): Entered | null {
  if (known !== undefined) return known;
  const [service, token] = kept().split(' ');
  known = service === '' || token === undefined ? null : { service, token };
  return known;
}

/** A browser may give no storage, and even asking for it may throw. */
function kept(): string {
  try {
    return sessionStorage.getItem(storageKey) ?? '';
  } catch {
    return '';
  }
}

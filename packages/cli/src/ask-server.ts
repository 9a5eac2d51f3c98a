import type { Client } from '@atoll/contract/client';
import { isErrorCode } from '@atoll/errors/catalogue';
import { AtollError } from '@atoll/errors/error';
import { InvalidArgumentError } from 'commander';

/** The address of a server as an option gives it, without a slash at the end. */
export function serverUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol))
    return `${url.origin}${url.pathname}`.replace(/(?<!\/)\/+$/, '');
  throw new InvalidArgumentError('It must be a URL such as https://atoll.example.org.');
}

/** Sends the token of ATOLL_TOKEN along, and follows nobody elsewhere with it. */
async function withToken(): Promise<typeof fetch | undefined> {
  const { readSettings } = await import('@atoll/instance/settings');
  const { token } = readSettings(process.env);
  if (token === null) return undefined;
  return (input, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer ${token}`);
    return fetch(input, { ...init, headers, redirect: 'error' });
  };
}

/**
 * Asks a server of Atoll, with the token of ATOLL_TOKEN.
 * @throws AtollError in the server's own words, or SERVER_UNREACHABLE.
 */
export async function askServer<Answer>(
  url: string,
  ask: (client: Client) => Promise<Answer>,
): Promise<Answer> {
  const { createClient, ServiceError, UnreachableError } = await import('@atoll/contract/client');
  try {
    return await ask(createClient(url, await withToken()));
  } catch (thrown) {
    if (thrown instanceof ServiceError) {
      const { code, detail } = thrown.problem;
      throw new AtollError(isErrorCode(code) ? code : 'INTERNAL', detail, { cause: thrown });
    }
    if (!(thrown instanceof UnreachableError)) throw thrown;
    throw new AtollError('SERVER_UNREACHABLE', `${url} is not an Atoll server.`, {
      cause: thrown,
    });
  }
}

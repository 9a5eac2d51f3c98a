import { setTimeout as sleep } from 'node:timers/promises';
import { AtollError } from '@atoll/errors/error';

/** How patient one is with a place on the network. */
export type Patience = {
  /** Failures in a row, without a byte in between, after which it is given up. */
  readonly tries: number;
  /** Before the second try; doubled for each one after it, up to a minute. */
  readonly firstPauseMs: number;
  /** A connection over which nothing comes for so long is dead. */
  readonly silenceMs: number;
};

export const usualPatience: Patience = { tries: 6, firstPauseMs: 500, silenceMs: 30_000 };

const longestPauseMs = 60_000;
const maxRedirects = 5;

/** A failure that may be otherwise the next time. */
export class PassingFailure extends Error {
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs = 0) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

export type Asked = {
  readonly headers: Readonly<Record<string, string>>;
  /** Goes to the origin that is asked first and to no other, and never over a line that others can read. */
  readonly token: string | null;
  readonly signal: AbortSignal;
};

/**
 * One request with its redirects, which are followed here so that a token stays at home.
 * @returns the answer, its body unread, and the address that gave it.
 * @throws AtollError SOURCE_INVALID, SOURCE_REFUSED; PassingFailure and fetch’s own errors may pass.
 */
export async function ask(
  address: URL,
  { headers, token, signal }: Asked,
): Promise<{ response: Response; at: URL }> {
  let at = address;
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const trusted = token !== null && at.origin === address.origin && isPrivateLine(at);
    const response = await fetch(at, {
      redirect: 'manual',
      signal,
      headers: {
        'accept-encoding': 'identity',
        'user-agent': 'atoll',
        ...headers,
        ...(trusted ? { authorization: `Bearer ${token}` } : {}),
      },
    });
    if (![301, 302, 303, 307, 308].includes(response.status)) {
      if (!response.ok) {
        await drop(response);
        throw failureOf(response);
      }
      return { response, at };
    }
    await drop(response);
    const location = response.headers.get('location') ?? '';
    const next = URL.canParse(location, at) ? new URL(location, at) : null;
    // From https never to http; and nowhere else than to the web.
    if (next === null || !(next.protocol === 'https:' || next.protocol === address.protocol)) {
      throw new AtollError('SOURCE_INVALID', 'The response redirects to an address that cannot be followed.');
    }
    at = next;
  }
  throw new AtollError('SOURCE_INVALID', 'The response redirects without end.');
}

/** The bytes of a body as they come. @throws PassingFailure after a silence */
export async function* chunksOf(response: Response, silence: Silence): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  for await (const chunk of response.body) {
    silence.heard();
    yield chunk;
  }
}

/** Ends a request over which nothing comes any more, or that nobody wants any more. */
export class Silence {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(ms: number, outer: AbortSignal | undefined) {
    this.#timer = setTimeout(() => this.#controller.abort(new PassingFailure('nothing arrived')), ms);
    this.signal =
      outer === undefined ? this.#controller.signal : AbortSignal.any([outer, this.#controller.signal]);
  }

  heard(): void {
    this.#timer.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/**
 * Tries until it succeeds, is hopeless, or is given up.
 * @param attempt says by its return value that all is done; what it threw may pass unless it is an AtollError.
 * @param progress grows while something comes: then the tries begin anew.
 * @throws AtollError SOURCE_UNREACHABLE, JOB_CANCELLED, or what the attempt threw for good.
 */
export async function persist(
  attempt: (silence: Silence) => Promise<boolean>,
  {
    patience,
    progress,
    signal,
  }: { patience: Patience; progress: () => number; signal: AbortSignal | undefined },
): Promise<void> {
  // Whoever trickles a byte a time is not waited for without end.
  const mostTries = 20 * patience.tries;
  for (let failures = 0, tries = 0; ; tries++) {
    if (signal?.aborted) throw new AtollError('JOB_CANCELLED');
    const before = progress();
    const silence = new Silence(patience.silenceMs, signal);
    let retryAfterMs = 0;
    try {
      if (await attempt(silence)) return;
      throw new PassingFailure('the response ended early');
    } catch (thrown) {
      if (signal?.aborted) throw new AtollError('JOB_CANCELLED', undefined, { cause: thrown });
      if (thrown instanceof AtollError) throw thrown;
      failures = progress() > before ? 1 : failures + 1;
      if (failures >= patience.tries || tries >= mostTries) {
        throw new AtollError('SOURCE_UNREACHABLE', undefined, { cause: thrown });
      }
      if (thrown instanceof PassingFailure) retryAfterMs = thrown.retryAfterMs;
    } finally {
      silence.end();
    }
    await pause(patience.firstPauseMs * 2 ** (failures - 1), retryAfterMs, signal);
  }
}

/** With jitter, so that many who were cut off at once do not come back at once. */
async function pause(ms: number, retryAfterMs: number, signal: AbortSignal | undefined): Promise<void> {
  const jittered = ms * (0.5 + Math.random() / 2);
  const wait = Math.min(longestPauseMs, Math.max(jittered, retryAfterMs));
  await sleep(wait, undefined, signal === undefined ? {} : { signal }).catch(() => {
    throw new AtollError('JOB_CANCELLED');
  });
}

function failureOf(response: Response): Error {
  const { status } = response;
  if (status === 408 || status === 429 || status >= 500) {
    const seconds = Number(response.headers.get('retry-after'));
    return new PassingFailure(`HTTP ${status}`, Number.isFinite(seconds) ? seconds * 1000 : 0);
  }
  if (status === 401 || status === 403) return new AtollError('SOURCE_REFUSED');
  return new AtollError('SOURCE_INVALID', `The source of this case answered HTTP ${status}.`);
}

async function drop(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}

/** Encrypted, or within this machine. */
function isPrivateLine({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

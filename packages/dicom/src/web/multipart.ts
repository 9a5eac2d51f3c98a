import { AtollError } from '@atoll/errors/error';
import { joined } from '../joined-bytes.ts';

/** One part of a multipart body; its bytes must be read before the next part is asked for. */
export type Part = {
  /** By their names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: AsyncIterable<Uint8Array>;
};

/** What stands before the first part or between a boundary and its line's end, and the headers of a part. */
const mostHeaderBytes = 16 * 1024;
const mostHeaders = 32;

/**
 * The boundary of `multipart/related; type="application/dicom"; boundary=…`.
 * @returns null where the type is another one, or its boundary is missing or not valid: RFC 2046 allows 70 characters, of
 * which Orthanc takes no notice (it uses 73).
 */
export function dicomBoundary(contentType: string): string | null {
  if (contentType.length > 1000) return null;
  const [type, ...parameters] = splitParameters(contentType);
  if (type.toLowerCase() !== 'multipart/related') return null;
  const named = new Map(
    parameters.map((text) => {
      const at = text.indexOf('=');
      const value = text.slice(at + 1).trim();
      const plain =
        value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
      return [text.slice(0, Math.max(0, at)).trim().toLowerCase(), plain] as const;
    }),
  );
  // Some senders leave out what the parts are; what they are is seen.
  if ((named.get('type') ?? 'application/dicom').toLowerCase() !== 'application/dicom') return null;
  const boundary = named.get('boundary') ?? '';
  return /^[\x21-\x7e][\x20-\x7e]{0,199}$/.test(boundary) && !boundary.endsWith(' ') ? boundary : null;
}

/** At semicolons that do not stand between quotes. */
function splitParameters(text: string): string[] {
  const parts: string[] = [];
  let [start, isQuoted] = [0, false];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') isQuoted = !isQuoted;
    if (text[at] !== ';' || isQuoted) continue;
    parts.push(text.slice(start, at).trim());
    start = at + 1;
  }
  return [...parts, text.slice(start).trim()];
}

/**
 * The parts of a multipart body as they come: nothing is held but a piece of the stream and the headers of one part.
 * @throws AtollError REQUEST_MALFORMED where it ends early, or is no multipart body.
 */
export async function* readParts(
  source: AsyncIterable<Uint8Array>,
  boundary: string,
): AsyncGenerator<Part, void, undefined> {
  const stream = new Pieces(source);
  const first = new TextEncoder().encode(`--${boundary}`);
  const delimiter = new TextEncoder().encode(`\r\n--${boundary}`);
  await stream.skipPast(first, mostHeaderBytes);
  while (await stream.isPart()) {
    const headers = readHeaders(await stream.until(headEnd, mostHeaderBytes));
    const body = stream.streamUntil(delimiter);
    yield { headers, body };
    // What a reader left of it.
    for await (const _ of body);
  }
}

const lineEnd = new TextEncoder().encode('\r\n');
const headEnd = new TextEncoder().encode('\r\n\r\n');

function readHeaders(bytes: Uint8Array): ReadonlyMap<string, string> {
  const lines = new TextDecoder('latin1')
    .decode(bytes)
    .split('\r\n')
    .filter((line) => line !== '');
  if (lines.length > mostHeaders) throw malformed();
  return new Map(
    lines.map((line) => {
      const at = line.indexOf(':');
      return [line.slice(0, Math.max(0, at)).trim().toLowerCase(), line.slice(at + 1).trim()];
    }),
  );
}

/** Bytes of a stream, looked through for marks of a few dozen bytes. */
class Pieces {
  readonly #source: AsyncIterator<Uint8Array>;
  #held: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** @returns false at the end. */
  async #more(): Promise<boolean> {
    const { done, value } = await this.#source.next();
    if (done) return false;
    this.#held = this.#held.length === 0 ? value : joined([this.#held, value]);
    return true;
  }

  async #need(bytes: number): Promise<void> {
    while (this.#held.length < bytes) if (!(await this.#more())) throw malformed();
  }

  async skipPast(mark: Uint8Array, most: number): Promise<void> {
    await this.until(mark, most);
  }

  /** What stands before a mark, which is passed. */
  async until(mark: Uint8Array, most: number): Promise<Uint8Array> {
    for (;;) {
      const at = indexOf(this.#held, mark);
      if (at >= 0 && at <= most) {
        const before = this.#held.subarray(0, at);
        this.#held = this.#held.subarray(at + mark.length);
        return before;
      }
      if (this.#held.length > most || !(await this.#more())) throw malformed();
    }
  }

  /** Behind a boundary: does a part follow, or has the last one ended? */
  async isPart(): Promise<boolean> {
    await this.#need(2);
    if (this.#held[0] === 0x2d && this.#held[1] === 0x2d) {
      // An epilogue means nothing, but is read: whoever sends it waits.
      this.#held = new Uint8Array(0);
      while (await this.#more()) this.#held = new Uint8Array(0);
      return false;
    }
    const rest = await this.until(lineEnd, 200);
    if (rest.some((byte) => byte !== 0x20 && byte !== 0x09)) throw malformed();
    // A part without headers begins with an empty line: the mark that ends headers begins at this line's end.
    this.#held = joined([lineEnd, this.#held]);
    return true;
  }

  async *streamUntil(mark: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const at = indexOf(this.#held, mark);
      if (at >= 0) {
        const rest = this.#held.subarray(0, at);
        this.#held = this.#held.subarray(at + mark.length);
        if (rest.length > 0) yield rest;
        return;
      }
      // A mark may have begun at the end of what has come.
      const sure = this.#held.length - mark.length + 1;
      if (sure > 0) {
        const piece = this.#held.subarray(0, sure);
        this.#held = this.#held.subarray(sure);
        yield piece;
      }
      if (!(await this.#more())) throw malformed();
    }
  }
}

/** By the mark's second line-end or dash it is rare; the first byte is looked for by the platform. */
function indexOf(bytes: Uint8Array, mark: Uint8Array): number {
  for (let at = bytes.indexOf(mark[0]); at >= 0; at = bytes.indexOf(mark[0], at + 1)) {
    if (at + mark.length > bytes.length) return -1;
    let same = 1;
    while (same < mark.length && bytes[at + same] === mark[same]) same++;
    if (same === mark.length) return at;
  }
  return -1;
}

function malformed(): AtollError {
  return new AtollError(
    'REQUEST_MALFORMED',
    'The multipart body is not valid: its boundary is missing, or it is truncated.',
  );
}

import { hash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isKnownTag } from './entity-tag.ts';

/** Less than this is not worth packing: it goes in one packet as it is. */
const leastPackedBytes = 1024;
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

type Coding = 'br' | 'gzip';

/** A JSON answer as bytes: made once, packed once for each coding, sent to any number of clients. */
export class PreparedAnswer {
  readonly bytes: Buffer;
  /** Weak: the same for every coding, and equal for equal contents only. */
  readonly etag: string;
  readonly #packed = new Map<Coding, Buffer>();

  constructor(json: string) {
    this.bytes = Buffer.from(json);
    this.etag = `W/"${hash('sha1', this.bytes, 'base64url')}"`;
  }

  /** Where packing is worth it. */
  get isLarge(): boolean {
    return this.bytes.length >= leastPackedBytes;
  }

  packed(coding: Coding): Buffer {
    const known = this.#packed.get(coding);
    if (known !== undefined) return known;
    const made = coding === 'br' ? brotliCompressSync(this.bytes, brotli) : gzipSync(this.bytes);
    this.#packed.set(coding, made);
    return made;
  }
}

/** Sends it packed to who takes that, or 304 to who has it. Cache-Control is the caller's. */
export function sendPrepared(
  request: FastifyRequest,
  reply: FastifyReply,
  prepared: PreparedAnswer,
): FastifyReply {
  const { headers } = request;
  reply.header('ETag', prepared.etag);
  const coding = prepared.isLarge ? codingFor(headers['accept-encoding']) : null;
  // Origin was there already, for CORS.
  if (prepared.isLarge) reply.header('Vary', 'Origin, Accept-Encoding');
  if (isKnownTag(headers['if-none-match'], prepared.etag)) return reply.code(304).send();
  reply.header('Content-Type', 'application/json; charset=utf-8');
  if (coding === null) return reply.send(prepared.bytes);
  return reply.header('Content-Encoding', coding).send(prepared.packed(coding));
}

/** The best coding that an Accept-Encoding header (RFC 9110, section 12.5.3) takes; null for none. */
export function codingFor(header: string | string[] | undefined): Coding | null {
  if (header === undefined) return null;
  const takes = (coding: Coding) =>
    String(header)
      .toLowerCase()
      .split(',')
      .some((entry) => {
        const [name, ...parameters] = entry.split(';').map((part) => part.trim());
        return name === coding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
      });
  if (takes('br')) return 'br';
  return takes('gzip') ? 'gzip' : null;
}

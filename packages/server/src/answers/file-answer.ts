import { AtollError } from '@atoll/errors/error';
import type { Settings } from '@atoll/instance/settings';
import type { StoredFile } from '@atoll/store/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseByteRange } from './byte-range.ts';
import { isKnownTag } from './entity-tag.ts';
import { sendStream } from './send-stream.ts';

export type FileAnswer = {
  readonly file: StoredFile;
  /** All of it, where it is in memory. */
  readonly bytes: Buffer | null;
  /** Strong: equal for equal bytes only. In quotes. */
  readonly etag: string;
  readonly contentType: string;
  /** What a browser that saves the file calls it. */
  readonly fileName: string;
  readonly cacheControl: string;
};

/**
 * How long a browser may keep a patient's images: never longer than this instance does. A kept copy is asked about
 * each time, so that one that was removed is gone there as well; or none is kept at all.
 */
export function imageCaching({ browserCache }: Pick<Settings, 'browserCache'>): string {
  return browserCache ? 'private, no-cache' : 'private, no-store';
}

/**
 * Answers with a file: 200, 206 for one range, 304 for a copy that is still good.
 * An image stays packed as it is, without a Content-Encoding: its .gz is its type, not its transport.
 * @throws AtollError RANGE_UNSATISFIABLE, with Content-Range set on the reply.
 */
export function sendFile(request: FastifyRequest, reply: FastifyReply, answer: FileAnswer): FastifyReply {
  const { file, bytes, etag } = answer;
  reply.headers({
    'Accept-Ranges': 'bytes',
    ETag: etag,
    'Last-Modified': file.modifiedAt.toUTCString(),
    'Cache-Control': answer.cacheControl,
  });
  if (isStillGood(request, answer)) return reply.code(304).send();

  const isHead = request.method === 'HEAD';
  const wanted = isHead || !mayBePart(request, answer) ? undefined : request.headers.range;
  const range = parseByteRange(wanted, file.sizeBytes);
  if (range.kind === 'unsatisfiable') {
    reply.header('Content-Range', `bytes */${file.sizeBytes}`);
    throw new AtollError('RANGE_UNSATISFIABLE');
  }
  reply.headers({
    'Content-Type': answer.contentType,
    'Content-Disposition': `attachment; filename="${answer.fileName}"`,
  });
  if (range.kind === 'part') {
    const { first, last } = range;
    reply.headers({
      'Content-Length': last - first + 1,
      'Content-Range': `bytes ${first}-${last}/${file.sizeBytes}`,
    });
    reply.code(206);
    return bytes === null
      ? stream(reply, file, { first, last })
      : reply.send(bytes.subarray(first, last + 1));
  }
  reply.header('Content-Length', file.sizeBytes);
  if (isHead) return reply.send();
  return bytes === null ? stream(reply, file) : reply.send(bytes);
}

function stream(
  reply: FastifyReply,
  file: StoredFile,
  range?: { first: number; last: number },
): FastifyReply {
  // It sends its own answer, and closes the connection where it cannot.
  void sendStream(reply, file.read(range));
  return reply;
}

/** RFC 9110, section 13.2.2: If-None-Match decides, and If-Modified-Since only where that is absent. */
function isStillGood({ headers }: FastifyRequest, { etag, file }: FileAnswer): boolean {
  const known = headers['if-none-match'];
  if (known !== undefined) return isKnownTag(known, etag);
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return Number.isFinite(since) && wholeSeconds(file.modifiedAt) <= since;
}

/** RFC 9110, section 13.1.5: a range counts only while the file is the one that the client has part of. */
function mayBePart({ headers }: FastifyRequest, { etag, file }: FileAnswer): boolean {
  const condition = headers['if-range'];
  if (condition === undefined || typeof condition !== 'string') return condition === undefined;
  if (condition.startsWith('"')) return condition === etag;
  return Date.parse(condition) === wholeSeconds(file.modifiedAt);
}

/** Milliseconds, cut to the whole second that HTTP dates carry. */
function wholeSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000) * 1000;
}

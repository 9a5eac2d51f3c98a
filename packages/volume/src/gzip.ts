import { AtollError } from '@atoll/errors/error';
import { type Inflated, inflateGzip } from './inflate.ts';
import { unpackedPieces } from './unpacked-pieces.ts';

/** Told by content: a name may lie, and a server may have unpacked the file on its way. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Inflates while counting, so that a small file cannot claim all memory. Several members in a row are one
 * file; bytes after the last that are not gzip are passed over.
 * @param limitBytes the most that may come out.
 * @throws AtollError IMAGE_TOO_LARGE beyond the limit, IMAGE_TRUNCATED when the stream ends early,
 *   IMAGE_CORRUPT when it is damaged.
 */
export async function gunzip(bytes: Uint8Array, limitBytes: number): Promise<Uint8Array> {
  const inflated = await (inflateByZlib(bytes, limitBytes) ?? inflateByStream(bytes, limitBytes));
  switch (inflated.end) {
    case 'complete':
      return inflated.bytes;
    case 'limit':
      throw new AtollError(
        'IMAGE_TOO_LARGE',
        `The image unpacks to more than the permitted ${(limitBytes / 1e6).toFixed(1)} MB.`,
      );
    case 'truncated':
      throw new AtollError('IMAGE_TRUNCATED', 'The compressed image file is truncated.');
    case 'corrupt':
      throw new AtollError('IMAGE_CORRUPT', 'The compressed image file is damaged.');
  }
}

/**
 * The first bytes of what is packed, up to `wantedBytes`; fewer when the file ends or is damaged before.
 * @throws AtollError IMAGE_CORRUPT when it is damaged from the very start.
 */
export function gunzipStart(bytes: Uint8Array, wantedBytes: number): Uint8Array {
  const start = inflateGzip(bytes, wantedBytes);
  if (start.end === 'corrupt' && start.bytes.length === 0) {
    throw new AtollError('IMAGE_CORRUPT', 'The compressed image file is damaged.');
  }
  return start.bytes;
}

/** Deterministic: the format's time stamp stays zero, so that equal images have equal files. */
export async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const out = await (deflateByZlib(bytes) ?? deflateByStream(bytes));
  // Bytes 4–7 are the time, byte 9 the operating system: neither says anything about the image.
  out.fill(0, 4, 8);
  out[9] = 255;
  return out;
}

/** Node's own zlib, for the reason of inflateByZlib. null where there is none (a browser). */
function deflateByZlib(bytes: Uint8Array): Promise<Uint8Array> | null {
  const zlib = globalThis.process?.getBuiltinModule?.('node:zlib');
  if (zlib === undefined) return null;
  return new Promise((resolve, reject) => {
    zlib.gzip(bytes, { chunkSize: 1 << 18 }, (error, out) =>
      error === null ? resolve(new Uint8Array(out)) : reject(error),
    );
  });
}

async function deflateByStream(bytes: Uint8Array): Promise<Uint8Array> {
  const packed = new Response(toStream(bytes).pipeThrough(new CompressionStream('gzip')));
  return new Uint8Array(await packed.arrayBuffer());
}

/**
 * Node's own zlib, in one go and off the main thread: four times as fast as the web's stream, which hands
 * over 64 kB at a time. null where there is none (a browser).
 */
function inflateByZlib(bytes: Uint8Array, limitBytes: number): Promise<Inflated> | null {
  const zlib = globalThis.process?.getBuiltinModule?.('node:zlib');
  if (zlib === undefined) return null;
  return new Promise((resolve) => {
    // One large chunk instead of zlib's 16 kB saves hundreds of trips to its thread.
    const options = { maxOutputLength: limitBytes, chunkSize: Math.max(64, Math.min(1 << 22, limitBytes)) };
    zlib.gunzip(bytes, options, (error, out) => {
      if (error === null) return resolve({ bytes: out, end: 'complete' });
      const code = 'code' in error ? error.code : undefined;
      // What follows the last member may be none, which this one takes for a fault.
      if (error.message === 'incorrect header check') return resolve(inflateToLastMember(bytes, limitBytes));
      const end =
        code === 'ERR_BUFFER_TOO_LARGE' ? 'limit' : code === 'Z_BUF_ERROR' ? 'truncated' : 'corrupt';
      resolve({ bytes: new Uint8Array(0), end });
    });
  });
}

/** For files with something behind their members, which zlib's one go refuses. */
async function inflateToLastMember(bytes: Uint8Array, limitBytes: number): Promise<Inflated> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  try {
    for await (const piece of unpackedPieces(bytes, limitBytes)) {
      chunks.push(piece);
      total += piece.length;
      if (total > limitBytes) return { bytes: new Uint8Array(0), end: 'limit' };
    }
    return { bytes: join(chunks, total), end: 'complete' };
  } catch (thrown) {
    const isCut = thrown instanceof AtollError && thrown.code === 'IMAGE_TRUNCATED';
    return { bytes: new Uint8Array(0), end: isCut ? 'truncated' : 'corrupt' };
  }
}

/**
 * The web's stream: native, but with one error for every fault, and in browsers one also for a second member or
 * for bytes after the end. So whatever it refuses is judged again in plain code.
 */
export async function inflateByStream(bytes: Uint8Array, limitBytes: number): Promise<Inflated> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  const reader = toStream(bytes).pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { bytes: join(chunks, total), end: 'complete' };
      chunks.push(value);
      total += value.length;
      if (total > limitBytes) return { bytes: new Uint8Array(0), end: 'limit' };
    }
  } catch {
    chunks.length = 0;
    return inflateGzip(bytes, limitBytes);
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

function toStream(bytes: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new Blob([new Uint8Array(bytes)]).stream();
}

function join(chunks: readonly Uint8Array[], total: number): Uint8Array {
  const out = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

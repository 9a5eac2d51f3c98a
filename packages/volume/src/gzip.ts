import { AtollError } from '@atoll/errors/error';

/** Told by content: a name may lie, and a server may have unpacked the file on its way. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Inflates while counting, so that a small file cannot claim all memory.
 * @param limitBytes the most that may come out.
 * @throws AtollError IMAGE_TOO_LARGE beyond the limit, IMAGE_TRUNCATED when the stream ends early,
 *   IMAGE_CORRUPT when it is damaged.
 */
export async function gunzip(bytes: Uint8Array, limitBytes: number): Promise<Uint8Array> {
  const { chunks, total, fault } =
    (await inflateByZlib(bytes, limitBytes)) ?? (await inflate(bytes, limitBytes));
  if (total > limitBytes) {
    throw new AtollError(
      'IMAGE_TOO_LARGE',
      `The image unpacks to more than ${Math.round(limitBytes / 1e6)} MB, which is more than Atoll accepts.`,
    );
  }
  if (fault !== null) throw fault;
  return join(chunks, total);
}

/** The first bytes of what is packed, as many as there are up to `wantedBytes`; for reading a header. */
export async function gunzipStart(bytes: Uint8Array, wantedBytes: number): Promise<Uint8Array> {
  const { chunks, total, fault } = await inflate(bytes, wantedBytes);
  if (total === 0 && fault !== null) throw fault;
  return join(chunks, total).subarray(0, wantedBytes);
}

/** Deterministic: the format's time stamp stays zero, so that equal images have equal files. */
export async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const packed = new Response(toStream(bytes).pipeThrough(new CompressionStream('gzip')));
  const out = await packed.bytes();
  // Bytes 4–7 are the time, byte 9 the operating system: neither says anything about the image.
  out.fill(0, 4, 8);
  out[9] = 255;
  return out;
}

type Inflated = { chunks: Uint8Array[]; total: number; fault: AtollError | null };

/**
 * Node's own zlib, in one go and off the main thread: four times as fast as the web's stream, which hands
 * over 64 kB at a time. null where there is none (a browser).
 */
async function inflateByZlib(bytes: Uint8Array, limitBytes: number): Promise<Inflated | null> {
  const zlib = globalThis.process?.getBuiltinModule?.('node:zlib');
  if (zlib === undefined) return null;
  return new Promise((resolve) => {
    // One large chunk instead of zlib's 16 kB saves hundreds of trips to its thread.
    const options = { maxOutputLength: limitBytes, chunkSize: 1 << 22 };
    zlib.gunzip(bytes, options, (error, out) => {
      if (error === null) resolve({ chunks: [out], total: out.length, fault: null });
      else if ('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
        resolve({ chunks: [], total: limitBytes + 1, fault: null });
      else resolve({ chunks: [], total: 0, fault: toFault(error) });
    });
  });
}

/** Stops soon after `limitBytes`; a fault is handed back with what came before it. */
async function inflate(bytes: Uint8Array, limitBytes: number): Promise<Inflated> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  const reader = toStream(bytes).pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    while (total <= limitBytes) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      total += value.length;
    }
    return { chunks, total, fault: null };
  } catch (thrown) {
    return { chunks, total, fault: toFault(thrown) };
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

function toFault(thrown: unknown): AtollError {
  // Node tells the two apart by a code or in the text; browsers do not, and then it is called damaged.
  const text = thrown instanceof Error ? `${thrown.message} ${String(thrown.cause ?? '')}` : '';
  const code = text.includes('unexpected end') ? 'IMAGE_TRUNCATED' : 'IMAGE_CORRUPT';
  return new AtollError(code, undefined, { cause: thrown });
}

function toStream(bytes: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new Blob([new Uint8Array(bytes)]).stream();
}

function join(chunks: readonly Uint8Array[], total: number): Uint8Array {
  if (chunks.length === 1) return chunks[0];
  const out = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

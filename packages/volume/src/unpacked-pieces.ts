import { AtollError } from '@atoll/errors/error';
import { inflateGzip, memberHeaderBytes } from './inflate.ts';

/** A packed file, in memory or on a disk. */
export type Packed = {
  /** Bytes from `start` to before `end`; fewer at the end of the file. */
  read(start: number, end: number): Promise<Uint8Array>;
  /** All bytes from there on, a piece at a time. */
  from(start: number): AsyncIterable<Uint8Array>;
};

/** Enough for few trips to zlib's thread, and little enough to be no burden. */
const pieceBytes = 1 << 18;
/** Of a member, with the names and comments that may stand in it. */
const longestHeaderBytes = 1 << 17;

/**
 * What a gzip file in memory unpacks to, a piece at a time and no further than it is asked for. Several members in a
 * row are one file; what stands behind the last and is no member is passed over, as gzip itself does.
 * @throws AtollError IMAGE_TRUNCATED, IMAGE_CORRUPT
 */
export function unpackedPieces(bytes: Uint8Array, limitBytes: number): AsyncGenerator<Uint8Array> {
  const isNode = globalThis.process?.getBuiltinModule?.('node:zlib') !== undefined;
  return isNode ? unpackedByZlib(inMemory(bytes)) : unpackedByStream(bytes, limitBytes);
}

function inMemory(bytes: Uint8Array): Packed {
  return {
    read: async (start, end) => bytes.subarray(start, end),
    async *from(start) {
      for (let at = start; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
    },
  };
}

/**
 * The same of any packed file, by Node's zlib. Its own reader of gzip takes whatever follows a member for another one,
 * and loses what it had unpacked when it is none; so members are told apart here.
 * @throws AtollError IMAGE_TRUNCATED, IMAGE_CORRUPT
 */
export async function* unpackedByZlib(packed: Packed): AsyncGenerator<Uint8Array> {
  const { createInflateRaw, crc32 } = process.getBuiltinModule('node:zlib');
  const { Readable } = process.getBuiltinModule('node:stream');
  let at = 0;
  do {
    const header = memberHeaderBytes(await packed.read(at, at + longestHeaderBytes));
    if (typeof header !== 'number') throw header === 'truncated' ? endsEarly() : damaged();
    at += header;
    const inflating = createInflateRaw({ chunkSize: pieceBytes });
    const source = Readable.from(packed.from(at));
    source.on('error', (error) => inflating.destroy(error));
    source.pipe(inflating);
    let [sum, size] = [0, 0];
    try {
      for await (const piece of inflating) {
        sum = crc32(piece, sum);
        size += piece.length;
        yield piece;
      }
    } catch (thrown) {
      throw asImageError(thrown);
    } finally {
      source.destroy();
    }
    at += inflating.bytesWritten;
    const trailer = await packed.read(at, at + 8);
    if (trailer.length < 8) throw endsEarly();
    const view = new DataView(trailer.buffer, trailer.byteOffset, 8);
    if (view.getUint32(0, true) !== sum || view.getUint32(4, true) !== size % 2 ** 32) throw damaged();
    at += 8;
  } while (isMember(await packed.read(at, at + 2)));
}

function isMember(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

function endsEarly(cause?: unknown): AtollError {
  return new AtollError('IMAGE_TRUNCATED', 'The compressed image file is truncated.', { cause });
}

function damaged(cause?: unknown): AtollError {
  return new AtollError('IMAGE_CORRUPT', 'The compressed image file is damaged.', { cause });
}

/** zlib's own errors in the words of the catalogue; anything else as it is. */
function asImageError(thrown: unknown): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  if (code === 'Z_BUF_ERROR') return endsEarly(thrown);
  return code.startsWith('Z_') ? damaged(thrown) : thrown;
}

/** Browsers have one error for every fault, and one for a second member: plain code goes on then. */
async function* unpackedByStream(packed: Uint8Array, limitBytes: number): AsyncGenerator<Uint8Array> {
  const stream = new Blob([new Uint8Array(packed)]).stream().pipeThrough(new DecompressionStream('gzip'));
  const reader = stream.getReader();
  let came = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      came += value.length;
      yield value;
    }
  } catch {
    const { bytes, end } = inflateGzip(packed, limitBytes);
    yield bytes.subarray(Math.min(came, bytes.length));
    if (end === 'truncated') throw endsEarly();
    if (end === 'corrupt') throw damaged();
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

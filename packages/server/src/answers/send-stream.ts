import type { FastifyReply } from 'fastify';
import { takeOver } from './raw-reply.ts';

const bufferBytes = 256 * 1024;
/** Buffers that wait for their next file; more than this are left to the collector. */
const spareBuffers = 16;

const spare: ArrayBuffer[] = [];

/**
 * Sends the bytes of a stream with the reply's headers, Content-Length among them: through one large buffer that is
 * filled again when it is out. A new piece of memory for each read costs more than the reading, for all of it has to
 * be collected. A stream that breaks off takes the connection with it, so that nobody takes a part for the whole.
 */
export async function sendStream(reply: FastifyReply, bytes: ReadableStream<Uint8Array>): Promise<void> {
  const raw = takeOver(reply);
  const reader = bytes.getReader({ mode: 'byob' });
  let buffer = spare.pop() ?? new ArrayBuffer(bufferBytes);
  try {
    for (;;) {
      const { done, value } = await reader.read(new Uint8Array(buffer));
      if (done) break;
      await written(raw, value);
      buffer = value.buffer;
    }
    if (buffer.byteLength > 0 && spare.length < spareBuffers) spare.push(buffer);
    raw.end();
  } catch (thrown) {
    const isGone = raw.destroyed || raw.socket?.destroyed === true;
    raw.destroy();
    await reader.cancel().catch(() => undefined);
    // The reader left; there is nobody to be told, and nothing was wrong here.
    if (!isGone) reply.log.error({ err: thrown }, 'a file broke off');
  }
}

/** Resolves when the piece is out and its memory may be used again. */
function written(raw: FastifyReply['raw'], piece: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const onClose = () => reject(new Error('The client has left.'));
    raw.once('close', onClose);
    raw.write(piece, (error) => {
      raw.off('close', onClose);
      if (error) reject(error);
      else resolve();
    });
  });
}

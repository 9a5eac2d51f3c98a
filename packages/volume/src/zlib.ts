import { AtollError } from '@atoll/errors/error';

/**
 * Inflates a zlib stream of known length; no more than that is kept.
 * @throws AtollError IMAGE_CORRUPT when it is damaged, ends early or holds more.
 */
export async function inflateZlib(packed: Uint8Array, length: number): Promise<Uint8Array> {
  const out = new Uint8Array(length);
  let at = 0;
  const reader = new Blob([new Uint8Array(packed)])
    .stream()
    .pipeThrough(new DecompressionStream('deflate'))
    .getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (at + value.length > length) throw damaged();
      out.set(value, at);
      at += value.length;
    }
  } catch (cause) {
    // What stands behind the stream, such as padding, is an error to the web's inflater and none to us.
    if (at < length) throw damaged(cause);
  } finally {
    reader.cancel().catch(() => undefined);
  }
  if (at < length) throw damaged();
  return out;
}

function damaged(cause?: unknown): AtollError {
  return new AtollError('IMAGE_CORRUPT', 'The compressed voxel data are damaged or truncated.', { cause });
}

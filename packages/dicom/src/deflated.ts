import { AtollError } from '@atoll/errors/error';
import { isPart10 } from './data-set.ts';

const deflatedSyntax = '1.2.840.10008.1.2.1.99';
/** Padded to the same length, so that nothing else of the meta header changes. */
const plainSyntax = '1.2.840.10008.1.2.1\0\0\0';

/** As large as a single DICOM file may be. */
const maxBytes = 2 ** 30;

/** Whether all behind the meta header is packed (Deflated Explicit VR Little Endian), by a file's first bytes. */
export function isDeflated(start: Uint8Array): boolean {
  return start.length > 144 && isPart10(start) && syntaxAt(start) >= 0;
}

/**
 * The same file unpacked, in Explicit VR little-endian.
 * @throws AtollError DICOM_FILE_UNREADABLE when it is damaged, DICOM_TOO_LARGE
 */
export async function inflated(bytes: Uint8Array): Promise<Uint8Array> {
  const end = metaEnd(bytes);
  const chunks: Uint8Array[] = [];
  let total = 0;
  const reader = new Blob([new Uint8Array(bytes.subarray(end))])
    .stream()
    .pipeThrough(new DecompressionStream('deflate-raw'))
    .getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      total += value.length;
      if (total > maxBytes) throw new AtollError('DICOM_TOO_LARGE');
    }
  } catch (cause) {
    if (cause instanceof AtollError) throw cause;
    // A byte of padding behind the packed part is an error to the web's inflater and none to DICOM.
    if (total === 0) throw new AtollError('DICOM_FILE_UNREADABLE', undefined, { cause });
  } finally {
    reader.cancel().catch(() => undefined);
  }
  const out = new Uint8Array(end + total);
  out.set(bytes.subarray(0, end));
  out.set(new TextEncoder().encode(plainSyntax), syntaxAt(bytes));
  let at = end;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

/** Where the meta header ends: behind its group length it takes as many bytes as that says. */
function metaEnd(bytes: Uint8Array): number {
  return 144 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(140, true);
}

function syntaxAt(bytes: Uint8Array): number {
  const text = new TextDecoder('latin1').decode(
    bytes.subarray(0, Math.min(bytes.length, metaEnd(bytes), 2048)),
  );
  return text.indexOf(deflatedSyntax);
}

import type { StoredFile } from '@atoll/store/store';

const largestFileBytes = 8 * 2 ** 20;
const keptBytes = 48 * 2 ** 20;
/** A page asks for the files of one result at about the same time, and then for no more of them. */
const keptMs = 30_000;

type Kept = { readonly bytes: Promise<Buffer>; readonly sizeBytes: number; timer: NodeJS.Timeout };

/**
 * The files that were asked for last, as bytes: read once, and written to any number of sockets from the same memory.
 * What a file is known by must change when its bytes do.
 */
export class FileMemory {
  /** The first in the map is the least lately asked for. */
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  /** @returns null for a file that is too large to be kept. */
  async read(key: string, file: StoredFile): Promise<Buffer | null> {
    if (file.sizeBytes > largestFileBytes) return null;
    const kept = this.#kept.get(key) ?? this.#load(key, file);
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    kept.timer.refresh();
    return kept.bytes;
  }

  #load(key: string, file: StoredFile): Kept {
    const bytes = readWhole(file);
    const timer = setTimeout(() => this.#forget(key), keptMs).unref();
    const kept = { bytes, sizeBytes: file.sizeBytes, timer };
    bytes.catch(() => this.#forget(key));
    this.#kept.set(key, kept);
    this.#bytes += kept.sizeBytes;
    for (const oldest of [...this.#kept.keys()]) {
      if (this.#bytes <= keptBytes || oldest === key) break;
      this.#forget(oldest);
    }
    return kept;
  }

  #forget(key: string): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    clearTimeout(kept.timer);
    this.#kept.delete(key);
    this.#bytes -= kept.sizeBytes;
  }
}

/** @throws Error when it is not as long as it was said to be. */
async function readWhole(file: StoredFile): Promise<Buffer> {
  // Not of Node's pool, so that it goes when it is forgotten.
  const bytes = Buffer.allocUnsafeSlow(file.sizeBytes);
  let at = 0;
  for await (const piece of file.read()) {
    if (at + piece.byteLength > bytes.length) throw new Error('The file has grown.');
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  if (at < bytes.length) throw new Error('The file has shrunk.');
  return bytes;
}

import { AtollError } from '@atoll/errors/error';
import { type FileEntry, type Reader, ZipReader } from '@zip.js/zip.js/lib/zip-core-reader.js';
import type { Ignored } from './candidate.ts';
import type { ByteSpan, InputFile } from './input-file.ts';

export type ZipLimits = {
  readonly maxEntries: number;
  /** Of all entries together, unpacked. */
  readonly maxTotalBytes: number;
  /** Of one entry, unpacked. */
  readonly maxEntryBytes: number;
  /** Unpacked by packed size of an entry; asked only of large ones, for an empty image packs a thousandfold. */
  readonly maxRatio: number;
};

export const defaultZipLimits: ZipLimits = {
  maxEntries: 20_000,
  maxTotalBytes: 2 ** 32,
  maxEntryBytes: 2 ** 30,
  maxRatio: 200,
};

/** What `maxRatio` is not asked of. */
const smallBytes = 1 << 26;

const chunkBytes = 1 << 18;

/**
 * Entries of this size at most are unpacked whole when they are first looked at, and kept, all together up to
 * `keptBytes`: of a small file, starting to unpack it costs more than its bytes, and each is asked for three times.
 */
const keptEntryBytes = 1 << 20;
const keptBytes = 1 << 28;

/**
 * The files in a ZIP, by its directory; their bytes are unpacked when they are read, and no further than asked.
 * Names are for people: nothing is ever written where they point.
 * Entries that cannot be read (encrypted, packed by a method of rarer kinds, links) are named in `ignored`.
 * @throws AtollError ZIP_INVALID when its directory is damaged, an entry names a place outside, it is an Office document
 *   or all of it is encrypted; ZIP_TOO_LARGE when it holds more than the limits allow.
 */
export async function openZip(
  zip: InputFile,
  limits = defaultZipLimits,
): Promise<{ readonly files: InputFile[]; readonly ignored: Ignored[] }> {
  const reader = new ZipReader(new RangeReader(zip), {
    useWebWorkers: false,
    checkSignature: true,
    checkOverlappingEntry: true,
  });
  const files: InputFile[] = [];
  const ignored: Ignored[] = [];
  const kept = new Kept();
  let total = 0;
  let count = 0;
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      if (++count > limits.maxEntries) {
        throw new AtollError('ZIP_TOO_LARGE', `The ZIP file has more than ${limits.maxEntries} entries.`);
      }
      if (entry.filename === '[Content_Types].xml') throw new AtollError('ZIP_INVALID', officeSentence);
      if (entry.directory) continue;
      const fault = faultOf(entry);
      if (fault !== null) {
        ignored.push({ path: `${zip.path}/${entry.filename}`, reason: fault });
        continue;
      }
      total += entry.uncompressedSize;
      checkEntry(entry, total, limits);
      files.push({
        path: `${zip.path}/${entry.filename}`,
        sizeBytes: entry.uncompressedSize,
        read: (range) => kept.read(entry, range),
      });
    }
  } catch (thrown) {
    throw asZipError(thrown);
  }
  // Where nothing is left, the reason is the ZIP's.
  if (files.length === 0 && ignored.length > 0) throw new AtollError('ZIP_INVALID', ignored[0].reason);
  return { files, ignored };
}

const officeSentence = 'It is an Office document (such as .xlsx or .docx), not a ZIP file of images.';

/** Of ZIP's methods only these are unpacked: stored and Deflate. */
const readMethods: ReadonlySet<number> = new Set([0, 8]);
const methodNames: ReadonlyMap<number, string> = new Map([
  [9, 'Deflate64'],
  [12, 'bzip2'],
  [14, 'LZMA'],
  [93, 'Zstandard'],
  [95, 'xz'],
  [98, 'PPMd'],
]);

/** Why an entry cannot be read, as its header has it; null where it can. */
function faultOf(entry: FileEntry): string | null {
  if (entry.symlink) return 'It is a symbolic link inside a ZIP file, which is not followed.';
  const method = entry.compressionMethod;
  if (entry.encrypted || method === 99) {
    return 'The ZIP file is encrypted (AES or password). Create the ZIP file again, without a password.';
  }
  if (readMethods.has(method)) return null;
  const name = methodNames.get(method) ?? `method ${method}`;
  return `It is compressed with ${name}, which Atoll cannot unpack. Create the ZIP again with standard Deflate compression.`;
}

function checkEntry(
  { compressedSize, uncompressedSize }: FileEntry,
  total: number,
  { maxEntryBytes, maxTotalBytes, maxRatio }: ZipLimits,
): void {
  if (uncompressedSize > maxEntryBytes || total > maxTotalBytes) throw new AtollError('ZIP_TOO_LARGE');
  if (uncompressedSize > smallBytes && uncompressedSize > maxRatio * compressedSize) {
    throw new AtollError('ZIP_TOO_LARGE', 'The ZIP file unpacks to far more data than images would.');
  }
}

/** Small entries, unpacked. */
class Kept {
  readonly #entries = new Map<FileEntry, Promise<Uint8Array>>();
  #bytes = 0;

  async read(entry: FileEntry, range?: ByteSpan): Promise<Uint8Array> {
    const whole = this.#entries.get(entry) ?? this.#keep(entry);
    if (whole === null) return readEntry(entry, range);
    return range === undefined ? whole : (await whole).subarray(range.start, range.end);
  }

  #keep(entry: FileEntry): Promise<Uint8Array> | null {
    const size = entry.uncompressedSize;
    if (size > keptEntryBytes || this.#bytes + size > keptBytes) return null;
    this.#bytes += size;
    const whole = readEntry(entry);
    this.#entries.set(entry, whole);
    return whole;
  }
}

/** Not an error: as much came out as was wanted. */
class Enough extends Error {}

async function readEntry(entry: FileEntry, range?: ByteSpan): Promise<Uint8Array> {
  const end = Math.min(entry.uncompressedSize, range?.end ?? Number.POSITIVE_INFINITY);
  const start = Math.min(end, range?.start ?? 0);
  const out = new Uint8Array(end - start);
  let at = 0;
  const sink = new WritableStream<Uint8Array>({
    write(chunk) {
      const from = Math.max(0, start - at);
      const fits = chunk.subarray(from, Math.max(from, end - at));
      out.set(fits, at + from - start);
      at += chunk.length;
      // What comes out beyond the size that the directory names is not taken.
      if (at > entry.uncompressedSize) throw new AtollError('ZIP_INVALID');
      if (range !== undefined && at >= end) throw new Enough();
    },
  });
  try {
    await entry.getData(sink, { useWebWorkers: false, preventClose: true });
  } catch (thrown) {
    if (!(thrown instanceof Enough)) throw asZipError(thrown);
  }
  if (at < end) throw new AtollError('ZIP_INVALID', 'The ZIP file is truncated.');
  return out;
}

/** The library's words may quote a name, so that only the kind of fault is told. */
function asZipError(thrown: unknown): AtollError {
  if (thrown instanceof AtollError) return thrown;
  const unsafe = thrown instanceof Error && /unsafe filename/i.test(thrown.message);
  return new AtollError('ZIP_INVALID', unsafe ? 'The ZIP file refers to a path outside itself.' : undefined, {
    cause: thrown,
  });
}

/** What the library reads a file by. */
class RangeReader implements Reader<InputFile> {
  readonly size: number;
  readonly #file: InputFile;

  constructor(file: InputFile) {
    this.#file = file;
    this.size = file.sizeBytes;
  }

  get readable(): ReadableStream<Uint8Array> {
    return this.createReadable();
  }

  async readUint8Array(start: number, length: number): Promise<Uint8Array> {
    return this.#file.read({ start, end: Math.min(this.size, start + length) });
  }

  createReadable({ offset = 0, size }: { offset?: number; size?: number } = {}): ReadableStream<Uint8Array> {
    let at = offset;
    const end = size === undefined ? this.size : offset + size;
    return new ReadableStream({
      pull: async (controller) => {
        const chunk = await this.readUint8Array(at, Math.min(chunkBytes, end - at));
        at += chunk.length;
        if (chunk.length > 0) controller.enqueue(chunk);
        if (at >= end || chunk.length === 0) controller.close();
      },
    });
  }
}

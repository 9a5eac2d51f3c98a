import { Readable } from 'node:stream';
import type { StoredFile } from '@atoll/store/store';
import { Zip, ZipPassThrough } from 'fflate';

export type ZipEntry = {
  readonly name: string;
  /** Opened only when its turn comes. */
  open(): Promise<StoredFile>;
};

/**
 * A ZIP of files as they are: images are packed already. Read piece by piece, as fast as it is taken away.
 * Source: APPNOTE.TXT 6.3, through fflate; without ZIP64, so up to 4 GB.
 */
export function zipOf(entries: readonly ZipEntry[]): Readable {
  return Readable.from(pieces(entries), { objectMode: false });
}

async function* pieces(entries: readonly ZipEntry[]): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const zip = new Zip((error, piece) => {
    if (error !== null) throw error;
    ready.push(piece);
  });
  for (const { name, open } of entries) {
    const file = await open();
    const entry = new ZipPassThrough(name);
    entry.mtime = file.modifiedAt;
    zip.add(entry);
    for await (const chunk of file.read()) {
      entry.push(chunk);
      yield* ready;
      ready = [];
    }
    entry.push(new Uint8Array(), true);
  }
  zip.end();
  yield* ready;
}

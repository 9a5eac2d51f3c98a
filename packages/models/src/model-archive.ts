import { AtollError } from '@atoll/errors/error';
import { BlobReader, configure, type FileEntry, ZipReader } from '@zip.js/zip.js';
import { descriptionName } from './description-name.ts';

const mostEntries = 200;
const mostBytes = 2 ** 33;
/** What a model's folder holds; all else in an archive is left there. */
const memberName = /^(?:[^/\\]{1,120}\/)?(atoll-model\.json|[A-Za-z0-9_-][A-Za-z0-9_.-]{0,120}\.onnx)$/;

/** Whether a ZIP looks like that of a model: by its directory alone. */
export async function holdsModel(archive: Blob): Promise<boolean> {
  configure({ useWebWorkers: false });
  const reader = new ZipReader(new BlobReader(archive));
  try {
    let count = 0;
    for await (const { filename } of reader.getEntriesGenerator()) {
      if (memberName.exec(filename)?.[1] === descriptionName) return true;
      if (++count > mostEntries) return false;
    }
    return false;
  } catch {
    return false;
  } finally {
    await reader.close();
  }
}

/**
 * Unpacks a model from a ZIP. Names are made anew from what a model's folder can hold, so that none leads elsewhere.
 * @param open where a file of that name is written to.
 * @throws AtollError MODEL_INVALID
 */
export async function unpackModel(
  archive: Blob,
  open: (name: string) => Promise<WritableStream<Uint8Array>>,
): Promise<void> {
  configure({ useWebWorkers: false });
  const reader = new ZipReader(new BlobReader(archive));
  let failed: unknown = null;
  try {
    const members = await membersOf(reader);
    let bytes = 0;
    for (const [name, entry] of members) {
      const file = await open(name).catch((thrown: unknown) => {
        failed = thrown;
        throw thrown;
      });
      // What the directory says of a size is only said.
      const bounded = new TransformStream<Uint8Array, Uint8Array>({
        transform(piece, controller) {
          bytes += piece.length;
          if (bytes > mostBytes)
            throw new AtollError('MODEL_INVALID', 'The archive unpacks to more than 8 GB.');
          controller.enqueue(piece);
        },
      });
      const written = bounded.readable.pipeTo(file).catch((thrown: unknown) => {
        failed = thrown;
        throw thrown;
      });
      await Promise.all([entry.getData(bounded.writable), written]);
    }
  } catch (cause) {
    // What keeps the files has its own reasons: a full disk is no damaged archive.
    if (cause instanceof AtollError || cause === failed) throw cause;
    throw new AtollError('MODEL_INVALID', 'The archive is not a ZIP, or is damaged.', { cause });
  } finally {
    await reader.close();
  }
}

async function membersOf(reader: ZipReader<Blob>): Promise<Map<string, FileEntry>> {
  const members = new Map<string, FileEntry>();
  let count = 0;
  for await (const entry of reader.getEntriesGenerator()) {
    count++;
    if (count > mostEntries)
      throw new AtollError('MODEL_INVALID', `The archive has more than ${mostEntries} files.`);
    const name = memberName.exec(entry.filename)?.[1];
    if (name === undefined || entry.directory) continue;
    if (members.has(name)) throw new AtollError('MODEL_INVALID', `The archive has two files ${name}.`);
    members.set(name, entry);
  }
  if (!members.has(descriptionName)) {
    throw new AtollError(
      'MODEL_INVALID',
      `The archive has no ${descriptionName}, at its top or in its one folder.`,
    );
  }
  return members;
}

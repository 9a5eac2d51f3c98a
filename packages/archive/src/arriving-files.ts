import { randomBytes } from 'node:crypto';
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inflated, isDeflated } from '@atoll/dicom/deflated';
import { type InstanceHeader, readInstanceHeader } from '@atoll/dicom/web/instance-header';
import { AtollError } from '@atoll/errors/error';
import { readFilePart } from '@atoll/intake/file-part';

/** A file that has come, on this machine’s disk. */
export type ArrivedFile = {
  readonly path: string;
  readonly sizeBytes: number;
  readonly header: InstanceHeader;
  /** As its sender knows it, where it was made over. */
  readonly original?: InstanceHeader;
};

/** What most headers need up to their series. */
const startBytes = 256 * 1024;
const longestHeaderBytes = 64 * 2 ** 20;

/**
 * Writes a stream to a new file, under a name of our own.
 * @param came told of each piece before it is written; what it throws ends it.
 */
export async function writeArriving(
  folder: string,
  body: AsyncIterable<Uint8Array>,
  came: (bytes: number) => Promise<void>,
): Promise<string> {
  const path = join(folder, randomBytes(16).toString('hex'));
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const piece of body) {
      await came(piece.length);
      await file.writeFile(piece);
    }
  } catch (thrown) {
    await file.close();
    await rm(path, { force: true });
    throw thrown;
  }
  await file.close();
  return path;
}

/** Reads what a file says that it is. null when it is no DICOM file that could be kept. */
export async function inspect(path: string): Promise<ArrivedFile | null> {
  const { size: sizeBytes } = await stat(path);
  let start = await readFilePart(path, 0, Math.min(sizeBytes, startBytes));
  if (isDeflated(start)) {
    if (sizeBytes > longestHeaderBytes) return null;
    const plain = await inflated(await readFilePart(path, 0, sizeBytes)).catch((thrown: unknown) => {
      if (thrown instanceof AtollError) return null;
      throw thrown;
    });
    if (plain === null) return null;
    start = plain;
  }
  let header = readInstanceHeader(start);
  if (header === 'truncated' && sizeBytes > startBytes && start.length <= startBytes) {
    header = readInstanceHeader(await readFilePart(path, 0, Math.min(sizeBytes, longestHeaderBytes)));
  }
  return header === null || header === 'truncated' ? null : { path, sizeBytes, header };
}

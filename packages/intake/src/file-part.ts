import { type FileHandle, open } from 'node:fs/promises';

/** The bytes of a file from `start` to before `end`; fewer where it ends earlier. For Node alone. @throws as `open` does */
export async function readFilePart(path: string, start: number, end: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    return await readPartOf(file, start, end);
  } finally {
    await file.close();
  }
}

/** The same of a file that is open, and stays so. */
export async function readPartOf(file: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.max(0, end - start));
  const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
  return bytes.subarray(0, bytesRead);
}

import { createWriteStream, openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { unpackModel } from './model-archive.ts';

/**
 * Unpacks a model from a ZIP into a folder of its own that is removed after use.
 * @throws AtollError MODEL_INVALID, and what `use` throws
 */
export async function withUnpackedModel<Result>(
  archive: string,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'atoll-model-'));
  try {
    await unpackModel(await openAsBlob(archive), async (name) =>
      Writable.toWeb(createWriteStream(join(folder, name), { flags: 'wx', mode: 0o600 })),
    );
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

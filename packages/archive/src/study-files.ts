import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AtollError } from '@atoll/errors/error';
import type { StudyInstance } from '@atoll/jobs/received-study';
import type { Store } from '@atoll/store/store';
import { instanceFileName } from './study-reception.ts';

/** Files of a study in a folder of this machine, by their ids; gone when the scope ends. */
export type StudyFolder = AsyncDisposable & {
  readonly path: string;
  readonly files: readonly { readonly fileId: string; readonly path: string; readonly sizeBytes: number }[];
};

const prefix = 'study-';

/** Lays files of a study out in a new folder below a root. @throws AtollError FILE_UNREADABLE, JOB_CANCELLED */
export async function layOut(
  root: string,
  store: Store,
  instances: readonly StudyInstance[],
  signal: AbortSignal,
): Promise<StudyFolder> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const path = await mkdtemp(join(root, prefix));
  const remove = () => rm(path, { recursive: true, force: true });
  try {
    const files = [];
    for (const { fileId, sizeBytes } of instances) {
      if (signal.aborted) throw new AtollError('JOB_CANCELLED');
      const stored = await store.open(fileId, instanceFileName);
      if (stored === null)
        throw new AtollError('FILE_UNREADABLE', 'A file of the study is not there any more.');
      const target = join(path, fileId);
      await pipeline(stored.read(), createWriteStream(target, { flags: 'wx', mode: 0o600 }));
      files.push({ fileId, path: target, sizeBytes });
    }
    return { path, files, [Symbol.asyncDispose]: remove };
  } catch (thrown) {
    await remove();
    throw thrown;
  }
}

/** Removes what killed processes left. @param olderThanMs 0 only where no other process uses the folder. */
export async function sweepLaidOut(root: string, olderThanMs: number): Promise<void> {
  for (const name of await readdir(root).catch(() => [])) {
    const path = join(root, name);
    const found = await stat(path).catch(() => null);
    const isOurs = name.startsWith(prefix) && found !== null;
    if (isOurs && Date.now() - found.mtimeMs >= olderThanMs) await rm(path, { recursive: true, force: true });
  }
}

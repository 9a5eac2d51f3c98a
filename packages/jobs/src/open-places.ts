import { lockFolder } from '@atoll/locks/folder-lock';
import { FolderStore } from '@atoll/store/folder-store';
import type { Store } from '@atoll/store/store';
import type { DataFolder } from './data-folder.ts';
import type { Database } from './database.ts';
import { openEmbeddedDatabase } from './embedded-database.ts';
import { resultKind } from './job.ts';

const dayMs = 24 * 3600 * 1000;

/**
 * The database of the queue: at this address, or the embedded one of the folder, which is locked.
 * @param opening closes what this opens.
 * @throws AtollError DATA_DIR_LOCKED, DATA_DIR_OTHER_VERSION, DATA_DIR_UNUSABLE, DATABASE_*
 */
export async function openDatabase(
  url: string | null,
  folder: DataFolder,
  opening: AsyncDisposableStack,
  onError: (error: unknown) => void,
): Promise<Database> {
  if (url === null) {
    const lock = await lockFolder(folder.root);
    opening.defer(() => lock.release());
  }
  const database = await (url === null
    ? openEmbeddedDatabase(folder, onError)
    : import('./server-database.ts').then((server) => server.openServerDatabase({ url, onError })));
  opening.defer(() => database.close());
  return database;
}

/** The results in the data folder. @param isShared whether others write there as well. */
export async function openResults({ results }: DataFolder, isShared: boolean): Promise<Store> {
  const store = new FolderStore(results, resultKind);
  // In a folder that others write to as well, what is young may be theirs.
  await store.sweep(isShared ? dayMs : 0);
  return store;
}

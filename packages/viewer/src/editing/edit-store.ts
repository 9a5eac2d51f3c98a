import type { History } from '@atoll/editor/history';
import { reopenEdit, type SavedEdit } from '@atoll/editor/saved-edit';

const databaseName = 'atoll-edits';
const storeName = 'edits';
/** An edit that nobody came back to for so long is cleared away. */
const keptMs = 90 * 24 * 3600 * 1000;

type Kept = { readonly edit: SavedEdit; readonly keptAt: number };

/** Edits that are under way, kept in this browser by the result that they are of. */
export class EditStore {
  readonly #database: IDBDatabase;

  private constructor(database: IDBDatabase) {
    this.#database = database;
  }

  /** @throws whatever the browser says where it keeps nothing, as in some private windows. */
  static async open(): Promise<EditStore> {
    const opening = indexedDB.open(databaseName, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(storeName);
    const store = new EditStore(await answerOf(opening));
    await store.#clearOld();
    return store;
  }

  /** Steps of an edit of this mask; null where none are kept, or of another. */
  async read(key: string, baseSha256: string, voxels: number): Promise<History | null> {
    const kept: unknown = await answerOf(this.#store('readonly').get(key));
    if (typeof kept !== 'object' || kept === null || !('edit' in kept)) return null;
    return reopenEdit(kept.edit, baseSha256, voxels);
  }

  async write(key: string, edit: SavedEdit): Promise<void> {
    const kept: Kept = { edit, keptAt: Date.now() };
    await answerOf(this.#store('readwrite').put(kept, key));
  }

  async remove(key: string): Promise<void> {
    await answerOf(this.#store('readwrite').delete(key));
  }

  async #clearOld(): Promise<void> {
    const oldest = Date.now() - keptMs;
    const store = this.#store('readwrite');
    const keys = await answerOf(store.getAllKeys());
    for (const key of keys) {
      const kept: unknown = await answerOf(this.#store('readonly').get(key));
      const keptAt = typeof kept === 'object' && kept !== null && 'keptAt' in kept ? Number(kept.keptAt) : 0;
      if (keptAt < oldest) await answerOf(this.#store('readwrite').delete(key));
    }
  }

  #store(mode: IDBTransactionMode): IDBObjectStore {
    return this.#database.transaction(storeName, mode).objectStore(storeName);
  }
}

function answerOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

import type { History } from '@atoll/editor/history';
import { reopenEdit, type SavedEdit } from '@atoll/editor/saved-edit';

const databaseName = 'atoll-edits';
const storeName = 'edits';
/** An edit that nobody came back to for so long is cleared away. */
const keptMs = 90 * 24 * 3600 * 1000;

type Kept = { readonly edit: SavedEdit; readonly keptAt: number };

/**
 * Edits that are under way, kept in this browser by the result that they are of. A browser that keeps nothing, as in
 * some private windows, still has them until the page is left.
 */
export class EditStore {
  readonly #database: IDBDatabase | null;
  readonly #here = new Map<string, SavedEdit>();

  private constructor(database: IDBDatabase | null) {
    this.#database = database;
  }

  static async open(): Promise<EditStore> {
    const store = new EditStore(await openDatabase().catch(() => null));
    await store.#clearOld().catch(() => undefined);
    return store;
  }

  /** Whether edits outlast the page. */
  get lasts(): boolean {
    return this.#database !== null;
  }

  /** Steps of an edit of this mask; null where none are kept, or of another. */
  async read(key: string, baseSha256: string, voxels: number): Promise<History | null> {
    const here = this.#here.get(key);
    if (here !== undefined) return reopenEdit(here, baseSha256, voxels);
    if (this.#database === null) return null;
    const kept: unknown = await answerOf(storeOf(this.#database, 'readonly').get(key));
    if (typeof kept !== 'object' || kept === null || !('edit' in kept)) return null;
    return reopenEdit(kept.edit, baseSha256, voxels);
  }

  /** @returns whether it outlasts the page. */
  async write(key: string, edit: SavedEdit): Promise<boolean> {
    this.#here.set(key, edit);
    if (this.#database === null) return false;
    const kept: Kept = { edit, keptAt: Date.now() };
    return answerOf(storeOf(this.#database, 'readwrite').put(kept, key)).then(
      () => true,
      () => false,
    );
  }

  async remove(key: string): Promise<void> {
    this.#here.delete(key);
    if (this.#database !== null) await answerOf(storeOf(this.#database, 'readwrite').delete(key));
  }

  async #clearOld(): Promise<void> {
    const database = this.#database;
    if (database === null) return;
    const oldest = Date.now() - keptMs;
    for (const key of await answerOf(storeOf(database, 'readonly').getAllKeys())) {
      const kept: unknown = await answerOf(storeOf(database, 'readonly').get(key));
      const keptAt = typeof kept === 'object' && kept !== null && 'keptAt' in kept ? Number(kept.keptAt) : 0;
      if (!(keptAt >= oldest)) await answerOf(storeOf(database, 'readwrite').delete(key));
    }
  }
}

/** @throws whatever the browser says where it keeps nothing. */
function openDatabase(): Promise<IDBDatabase> {
  const opening = indexedDB.open(databaseName, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(storeName);
  return answerOf(opening);
}

function storeOf(database: IDBDatabase, mode: IDBTransactionMode): IDBObjectStore {
  return database.transaction(storeName, mode).objectStore(storeName);
}

function answerOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** A stored file, read as a whole or by a range of bytes. */
export type StoredFile = {
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
  /** @param range first and last byte, both included. */
  read(range?: { readonly first: number; readonly last: number }): ReadableStream<Uint8Array>;
};

/** What is to be stored: bytes, or a file of this machine, which is the store's from then on. */
export type Content = Uint8Array | { readonly path: string };

/** What a store holds: results by the ids of jobs, or images by the ids of uploaded cases. */
export type StoreKind = {
  /** What the keys in a bucket begin with. */
  readonly prefix: string;
  /** Only a well-formed id becomes part of a path. */
  readonly isId: (text: string) => boolean;
};

/** Named sets of files that last, each under an id. Writes are idempotent: what writes them may run twice. */
export interface Store {
  /**
   * All files of a set become visible together, or none of them. A set that is there stays as it is: what a second
   * writer brings is dropped, and a late one cannot change what a reader has seen.
   * @throws AtollError FILE_UNWRITABLE, DISK_FULL
   */
  put(id: string, files: ReadonlyMap<string, Content>): Promise<void>;
  /** null when there is no such file. */
  open(id: string, name: string): Promise<StoredFile | null>;
  /** Names of a set's files; none when there is no such set. */
  names(id: string): Promise<readonly string[]>;
  has(id: string): Promise<boolean>;
  /** All files of a set, if there is one, also if it was put aside. */
  delete(id: string): Promise<void>;
  /** Puts a set aside, also one that was only half written: it is not found any more, and not gone. */
  setAside(id: string): Promise<void>;
  /** What was put aside and is still there, with the time when it was. */
  aside(): Promise<readonly { readonly id: string; readonly since: Date }[]>;
  /** Brings back a set that was put aside, as it was. */
  bringBack(id: string): Promise<void>;
  /** Id of the database that the sets belong to; null where nobody has said so yet. */
  owner(): Promise<string | null>;
  /** Says to which database the sets belong. */
  setOwner(databaseId: string): Promise<void>;
  /** Notes that a set is in use now; of one that is not there, nothing. */
  touch(id: string): Promise<void>;
  /** When a set came, or was last touched; null when it is not there. */
  usedAt(id: string): Promise<Date | null>;
  /** Ids of all sets, also of those that were only half written, some at a time, with their last use. */
  list(): AsyncIterable<readonly { readonly id: string; readonly usedAt: Date }[]>;
  /** Room that is left, in bytes; null where there is no end to it. */
  freeBytes(): Promise<number | null>;
}

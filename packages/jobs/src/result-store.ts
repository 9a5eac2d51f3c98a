/** A stored file, read as a whole or by a range of bytes. */
export type StoredFile = {
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
  /** @param range first and last byte, both included. */
  read(range?: { readonly first: number; readonly last: number }): ReadableStream<Uint8Array>;
};

/** Where the files of finished jobs live. Writes are idempotent: a job may run twice. */
export interface ResultStore {
  /**
   * All files of a job become visible together, or none of them. A job that has its files keeps them: what
   * a second run brings is dropped, and a late one cannot change what a reader has seen.
   * @throws AtollError FILE_UNWRITABLE
   */
  put(jobId: string, files: ReadonlyMap<string, Uint8Array>): Promise<void>;
  /** null when there is no such file. */
  open(jobId: string, name: string): Promise<StoredFile | null>;
  /** Names of a job's files; none when it has no files. */
  names(jobId: string): Promise<readonly string[]>;
  /** Has this job files? */
  has(jobId: string): Promise<boolean>;
  /** All files of a job, if it has any. */
  delete(jobId: string): Promise<void>;
  /** Ids of all jobs that have files, some at a time, and when their files came. */
  list(): AsyncIterable<readonly { readonly jobId: string; readonly modifiedAt: Date }[]>;
  /** Room that is left, in bytes; null where there is no end to it. */
  freeBytes(): Promise<number | null>;
}

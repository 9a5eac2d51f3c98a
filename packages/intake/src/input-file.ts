/** A file that a reader gives, wherever it lies: in a browser, on a disk, inside a ZIP. Read only when asked. */
export type InputFile = {
  /** As the reader knows it, folders split by "/". Shown to them; never a path to open. */
  readonly path: string;
  readonly sizeBytes: number;
  /**
   * The bytes, or those from `start` to before `end`; fewer where the file ends before.
   * @throws AtollError FILE_UNREADABLE; ZIP_* for files in a ZIP.
   */
  read(range?: ByteSpan): Promise<Uint8Array>;
};

export type ByteSpan = { readonly start: number; readonly end: number };

/** Bytes that are in memory already, such as those of an upload. */
export function fileOfBytes(path: string, bytes: Uint8Array): InputFile {
  return {
    path,
    sizeBytes: bytes.length,
    read: async (range) => (range === undefined ? bytes : bytes.subarray(range.start, range.end)),
  };
}

/** A file of a browser's picker or of a drop; `path` where the page knows the folder it came in. */
export function fileOfBlob(file: File, path = file.webkitRelativePath || file.name): InputFile {
  return {
    path,
    sizeBytes: file.size,
    read: async (range) => {
      const part = range === undefined ? file : file.slice(range.start, range.end);
      return new Uint8Array(await part.arrayBuffer());
    },
  };
}

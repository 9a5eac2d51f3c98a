import { AtollError } from '@atoll/errors/error';
import { fileOfBlob, type InputFile } from '@atoll/intake/input-file';

/** A study on DICOM is thousands of files; a disk dropped by mistake is millions. */
const maxFiles = 20_000;
const maxDepth = 20;

/** What a drop holds: entries where the browser tells folders apart, else files alone. */
export type Dropped = readonly (FileSystemEntry | File)[];

/** Must be taken in the event itself: the browser empties the list after it. */
export function droppedIn(transfer: DataTransfer): Dropped {
  return [...transfer.items].flatMap((item): (FileSystemEntry | File)[] => {
    if (item.kind !== 'file') return [];
    const found = item.webkitGetAsEntry() ?? item.getAsFile();
    return found === null ? [] : [found];
  });
}

/**
 * All files of what was dropped, folders gone through to their ends.
 * @throws AtollError INTAKE_TOO_MANY_FILES, FILE_UNREADABLE, JOB_CANCELLED.
 */
export async function filesOf(dropped: Dropped, signal: AbortSignal): Promise<InputFile[]> {
  const found: InputFile[] = [];
  const visit = async (entry: FileSystemEntry | File, depth: number): Promise<void> => {
    if (signal.aborted) throw new AtollError('JOB_CANCELLED');
    // A name that begins with a dot is the system's own business.
    if (entry.name.startsWith('.')) return;
    if (entry instanceof File) {
      found.push(fileOfBlob(entry));
    } else if (isFile(entry)) {
      const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
      found.push(fileOfBlob(file, entry.fullPath.replace(/^\//, '')));
      checkCount(found.length);
    } else if (isFolder(entry) && depth < maxDepth) {
      const reader = entry.createReader();
      for (;;) {
        // Hands over a hundred or so at a time, and none at the end.
        const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
          reader.readEntries(resolve, reject),
        );
        if (batch.length === 0) break;
        for (const inner of batch) await visit(inner, depth + 1);
      }
    }
  };
  try {
    for (const entry of dropped) await visit(entry, 0);
  } catch (thrown) {
    if (thrown instanceof AtollError) throw thrown;
    throw new AtollError('FILE_UNREADABLE', 'The browser could not read the dropped files.', {
      cause: thrown,
    });
  }
  return found;
}

/** Files of a picker. @throws AtollError INTAKE_TOO_MANY_FILES */
export function pickedFiles(list: FileList): InputFile[] {
  checkCount(list.length);
  return [...list].filter(({ name }) => !name.startsWith('.')).map((file) => fileOfBlob(file));
}

function checkCount(count: number): void {
  if (count > maxFiles) throw new AtollError('INTAKE_TOO_MANY_FILES');
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

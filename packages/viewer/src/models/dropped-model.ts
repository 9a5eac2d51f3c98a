import { descriptionName } from '@atoll/models/description-name';
import type { ModelSource } from './kept-model.ts';
import { loadModelParts } from './load-model-parts.ts';

/**
 * The model in a drop: its files, its folder, or a ZIP of it. Looked for at the top alone, so that a disk that was
 * dropped is not gone through for it. null where there is none.
 */
export async function modelDropped(
  dropped: readonly (FileSystemEntry | File)[],
): Promise<ModelSource | null> {
  const found: { path: string; file: File }[] = [];
  for (const entry of dropped) {
    if (entry instanceof File) found.push({ path: entry.name, file: entry });
    else if (isFile(entry)) found.push({ path: entry.name, file: await fileOf(entry) });
    else if (isFolder(entry) && (await holdsDescription(entry)))
      for (const file of await filesIn(entry)) found.push({ path: `${entry.name}/${file.name}`, file });
  }
  const couldBe = found.some(({ path }) => path.endsWith(descriptionName) || /\.zip$/i.test(path));
  return couldBe ? (await loadModelParts()).modelAmong(found) : null;
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
const fileOf = (entry: FileSystemFileEntry) =>
  new Promise<File>((resolve, reject) => entry.file(resolve, reject));

function holdsDescription(folder: FileSystemDirectoryEntry): Promise<boolean> {
  return new Promise((resolve) =>
    folder.getFile(
      descriptionName,
      {},
      () => resolve(true),
      () => resolve(false),
    ),
  );
}

/** A model has some twenty files; browsers give a hundred or so at a time. */
async function filesIn(folder: FileSystemDirectoryEntry): Promise<File[]> {
  const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
    folder.createReader().readEntries(resolve, reject),
  );
  return Promise.all(entries.filter(isFile).map(fileOf));
}

import { descriptionName } from '@atoll/models/description-name';
import { holdsModel } from '@atoll/models/model-archive';
import type { ModelSource } from './kept-model.ts';

/** A file with the path that it was chosen or dropped by. */
type PathFile = { readonly path: string; readonly file: File };

/** The model among files that were chosen: a ZIP of one, or a folder with its description. null where there is none. */
export async function modelAmong(files: readonly PathFile[]): Promise<ModelSource | null> {
  const described = files.find(({ path }) => path.split('/').at(-1) === descriptionName);
  if (described !== undefined) {
    const folder = described.path.slice(0, -descriptionName.length);
    const own = files.filter(
      ({ path }) => path.startsWith(folder) && !path.slice(folder.length).includes('/'),
    );
    const named = own.map(({ path, file }): [string, Blob] => [path.slice(folder.length), file]);
    return { kind: 'files', name: folder.replace(/\/$/, '') || descriptionName, files: new Map(named) };
  }
  const zips = files.filter(({ path }) => /\.zip$/i.test(path));
  for (const { path, file } of zips)
    if (await holdsModel(file)) return { kind: 'zip', name: path, archive: file };
  return null;
}

/** Files of a picker. */
export function filesOfPicker(list: FileList): PathFile[] {
  return [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

import { accessSync, chmodSync, constants, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AtollError } from '@atoll/errors/error';

/** Major version of the PostgreSQL inside PGlite 0.5; its folders are not readable by another. */
const postgresMajor = '18';

export type DataFolder = { readonly root: string; readonly database: string; readonly results: string };

/**
 * Makes the data folder if it is not there, for its owner alone: PGlite's own files have mode 0666 whatever
 * the umask, so that the folder must keep others out.
 * @throws AtollError DATA_DIR_UNUSABLE, DATA_DIR_OTHER_VERSION
 */
export function prepareDataFolder(root: string): DataFolder {
  const folder = { root, database: join(root, 'db'), results: join(root, 'results') };
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 });
    chmodSync(root, 0o700);
    mkdirSync(folder.results, { recursive: true, mode: 0o700 });
    accessSync(root, constants.R_OK | constants.W_OK);
  } catch (thrown) {
    const reason = thrown instanceof Error && 'code' in thrown ? ` (${String(thrown.code)})` : '';
    throw new AtollError('DATA_DIR_UNUSABLE', `The data folder ${root} cannot be used${reason}.`, {
      cause: thrown,
    });
  }
  const version = databaseVersion(folder.database);
  if (version !== null && version !== postgresMajor) {
    throw new AtollError(
      'DATA_DIR_OTHER_VERSION',
      `The database in ${root} was written by PostgreSQL ${version}; this version of Atoll embeds ${postgresMajor}.`,
    );
  }
  return folder;
}

function databaseVersion(folder: string): string | null {
  try {
    return readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  } catch {
    return null; // not there yet
  }
}

import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { AtollError } from '@atoll/errors/error';
import { checkOwner } from '@atoll/store/own-folder';

/** Major version of the PostgreSQL inside PGlite 0.5; its folders are not readable by another. */
const postgresMajor = '18';

/** Everything that lasts, as absolute paths. */
export type DataFolder = {
  readonly root: string;
  readonly database: string;
  readonly results: string;
  /** A file that is there while the database is being made for the first time. */
  readonly makingMark: string;
};

/**
 * Makes the data folder if it is not there, with mode 0700: PGlite's own files have mode 0666 whatever the
 * umask, so that the folders around them must keep others out. A folder that holds other things as well (a
 * mounted volume, a home) keeps its mode; what is Atoll's in it is closed all the same.
 * @throws AtollError DATA_DIR_UNUSABLE
 */
export function prepareDataFolder(root: string): DataFolder {
  const folder = {
    root,
    database: join(root, 'db'),
    results: join(root, 'results'),
    makingMark: join(root, 'db.making'),
  };
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 });
    // Below /tmp, where anybody may have made it first.
    if ((statSync(dirname(root)).mode & 0o002) !== 0) checkOwner(root);
    const isOurs = readdirSync(root).length === 0 || existsSync(join(folder.database, 'PG_VERSION'));
    if (isOurs) closeToOthers(root);
    for (const path of [folder.database, folder.results]) {
      mkdirSync(path, { recursive: true, mode: 0o700 });
      chmodSync(path, 0o700);
    }
    // Being allowed to write is only known by writing.
    const probe = join(root, `.probe-${process.pid}`);
    writeFileSync(probe, '', { mode: 0o600 });
    rmSync(probe);
  } catch (thrown) {
    throw unusable(root, thrown);
  }
  return folder;
}

function closeToOthers(path: string): void {
  try {
    chmodSync(path, 0o700);
  } catch {
    // A volume mounted for us may be writable without being ours; the folders inside are.
  }
}

/**
 * Looks for the database, for the owner of the lock alone. One whose making was interrupted is cleared away:
 * it would never open, and nothing was acknowledged from it.
 * @returns whether there is one.
 * @throws AtollError DATA_DIR_OTHER_VERSION, DATA_DIR_UNUSABLE
 */
export function findDatabase({ root, database, makingMark }: DataFolder): boolean {
  let version: string;
  try {
    if (existsSync(makingMark)) {
      rmSync(database, { recursive: true, force: true });
      mkdirSync(database, { mode: 0o700 });
    }
    if (readdirSync(database).length === 0) return false;
    version = readFileSync(join(database, 'PG_VERSION'), 'utf8').trim();
  } catch (thrown) {
    throw unusable(root, thrown);
  }
  if (version === postgresMajor) return true;
  throw new AtollError(
    'DATA_DIR_OTHER_VERSION',
    `The database in ${root} was written by PostgreSQL ${version}; this version of Atoll embeds ${postgresMajor}.`,
  );
}

/** Runs the making of a database between setting the mark and taking it away. */
export async function markMaking<Made>(folder: DataFolder, make: () => Promise<Made>): Promise<Made> {
  writeFileSync(folder.makingMark, '', { mode: 0o600 });
  flushFolder(folder.root);
  const made = await make();
  rmSync(folder.makingMark);
  // Were the mark to come back after a power cut, it would take a used database with it.
  flushFolder(folder.root);
  return made;
}

function flushFolder(path: string): void {
  if (process.platform === 'win32') return; // no such thing there
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function unusable(root: string, cause: unknown): AtollError {
  const reason = cause instanceof Error ? ('code' in cause ? String(cause.code) : cause.message) : '';
  const said = reason === '' ? '' : ` (${reason})`;
  return new AtollError('DATA_DIR_UNUSABLE', `The data folder ${root} cannot be used${said}.`, { cause });
}

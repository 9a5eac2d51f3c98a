import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { AtollError } from '@atoll/errors/error';
import { ownFolder } from '@atoll/store/own-folder';

/** Where jobs and results are kept, and whether they will still be there after a restart of the machine. */
export type DataPlace = {
  readonly path: string;
  /** Why it does not last; null where it does. */
  readonly reason: string | null;
};

/** What is asked of the machine, so that tests can answer for another one. */
export type Surroundings = {
  /** A file system of its own is mounted there, and this user may write to it. */
  isWritableMount(path: string): boolean;
  /** This user can make files there, or the folder itself. */
  isWritable(path: string): boolean;
  isContainer(): boolean;
  readonly home: string;
  /** A temporary folder, whose name anybody can guess. */
  readonly scratch: string;
  /** Makes a folder that is this user's alone. @throws Error why it cannot be trusted. */
  own(path: string): void;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Where containers, and Spaces among them, mount what lasts. */
const mounted = '/data';

/**
 * The data folder where none is set: `/data` if something is mounted there; else the user's own folder, which
 * lasts except in a container; else a scratch folder, which is made at once, for what lies there must be ours.
 * @throws AtollError DATA_DIR_UNUSABLE when somebody else has made that.
 */
export function chooseDataPlace(env: Environment, around: Surroundings = machine(env)): DataPlace {
  if (around.isWritableMount(mounted)) return { path: join(mounted, 'atoll'), reason: null };
  const { XDG_DATA_HOME } = env;
  // The XDG specification has relative paths ignored.
  const share = XDG_DATA_HOME !== undefined && isAbsolute(XDG_DATA_HOME) ? XDG_DATA_HOME : null;
  const own = join(share ?? join(around.home, '.local/share'), 'atoll');
  if (!around.isWritable(own)) {
    try {
      around.own(around.scratch);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : 'it cannot be made';
      throw new AtollError('DATA_DIR_UNUSABLE', `No folder for storing jobs was found: ${why}.`, { cause });
    }
    return { path: around.scratch, reason: `${own} is not writable` };
  }
  if (!around.isContainer()) return { path: own, reason: null };
  return { path: own, reason: `it is inside a container, and nothing is mounted at ${mounted}` };
}

function machine(env: Environment): Surroundings {
  return {
    isWritableMount: (path) => mayWrite(path) && statSync(path).dev !== statSync('/').dev,
    isWritable: (path) => {
      let folder = path;
      while (!existsSync(folder)) folder = dirname(folder);
      return mayWrite(folder);
    },
    isContainer: () =>
      existsSync('/.dockerenv') ||
      existsSync('/run/.containerenv') ||
      ['container', 'KUBERNETES_SERVICE_HOST', 'SPACE_ID'].some((name) => (env[name] ?? '') !== ''),
    home: homedir(),
    scratch: join(tmpdir(), `atoll-${userInfo().uid}`),
    own: ownFolder,
  };
}

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}

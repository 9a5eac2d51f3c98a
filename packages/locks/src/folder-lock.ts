import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AtollError } from '@atoll/errors/error';
import { z } from 'zod';
import { holdName } from './held-name.ts';
import { answers, holdSocketFile, thisPlace } from './lock-socket.ts';

/** What the lock file says of its owner. */
const Owner = z.object({
  token: z.string(),
  pid: z.int(),
  kernel: z.string(),
  network: z.string(),
  /** Name of the owner's socket file, where it could have one. */
  socket: z.string().nullable(),
});
type Owner = z.infer<typeof Owner>;

/** A lock file that cannot be read is somebody's, too: it may be in the middle of being written. */
type Claim = { readonly owner: Owner | null };

/** Held while a process owns a data folder. */
export type FolderLock = { release(): void };

export type LockOptions = {
  /** How often the lock file shows that its owner lives. */
  readonly heartbeatMs?: number;
  /** Told when another process took the lock, which only happens to one that stood still for long. */
  readonly onLost?: (error: AtollError) => void;
  /** How to hold a name of the kernel's. */
  readonly holdName?: typeof holdName;
};

const fileName = 'lock.json';
const socketPattern = /^lock-[0-9a-f]{16}\.sock$/;
/** Heartbeats that a process on another machine may miss before it is taken for dead. */
const beatsWatched = 6;
/** Longer than two processes can lie apart that both judged the same owner dead. */
const settleMs = 150;

/**
 * Takes the one lock of a data folder, or refuses. Two processes on one PGlite folder would lose data without
 * any error. What decides, in this order:
 * - a name of the kernel's, after the folder's device and inode: free the instant its holder dies;
 * - the owner that the lock file names, asked by its socket file: for containers, which share the folder and
 *   the kernel but not its names;
 * - the heartbeat of the lock file, for an owner on another machine. Its age says nothing (clocks differ, a
 *   machine may be slow): it is watched, and only an owner whose heart stands still all that time is dead.
 * @throws AtollError DATA_DIR_LOCKED, DATA_DIR_UNUSABLE
 */
export async function lockFolder(folder: string, options: LockOptions = {}): Promise<FolderLock> {
  try {
    return await takeLock(folder, options);
  } catch (thrown) {
    if (thrown instanceof AtollError) throw thrown;
    const code = thrown instanceof Error && 'code' in thrown ? ` (${String(thrown.code)})` : '';
    const sentence = `The lock file ${join(folder, fileName)} cannot be written${code}.`;
    throw new AtollError('DATA_DIR_UNUSABLE', sentence, { cause: thrown });
  }
}

async function takeLock(folder: string, options: LockOptions): Promise<FolderLock> {
  const { heartbeatMs = 2_000, onLost = endProcess } = options;
  const hold = options.holdName ?? holdName;
  const { dev, ino } = statSync(folder, { bigint: true });
  const name = await hold(`atoll-${dev}-${ino}`);
  if (name === 'taken') throw locked(folder, readClaim(folder)?.owner);

  const token = randomBytes(8).toString('hex');
  const socketName = `lock-${token}.sock`;
  const socket = await holdSocketFile(folder, socketName);
  const own: Owner = { token, pid: process.pid, ...thisPlace(), socket: socket && socketName };
  try {
    await claim(folder, own, { nameHeld: name !== null, watchMs: beatsWatched * heartbeatMs });
  } catch (thrown) {
    socket?.close();
    name?.close();
    throw thrown;
  }
  await sweepSockets(folder);
  const heartbeat = beat(folder, own, heartbeatMs, onLost);
  return {
    release() {
      clearInterval(heartbeat);
      if (readClaim(folder)?.owner?.token === token) rmSync(join(folder, fileName), { force: true });
      socket?.close();
      name?.close();
    },
  };
}

type Evidence = { readonly nameHeld: boolean; readonly watchMs: number };

async function claim(folder: string, own: Owner, evidence: Evidence): Promise<void> {
  const path = join(folder, fileName);
  try {
    writeFileSync(path, JSON.stringify(own), { flag: 'wx', mode: 0o600 });
    return;
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown;
  }
  const found = readClaim(folder);
  if (found !== null && (await lives(folder, found.owner, own, evidence))) throw locked(folder, found.owner);
  const aside = join(folder, `lock-${own.token}.json`);
  writeFileSync(aside, JSON.stringify(own), { mode: 0o600 });
  renameSync(aside, path);
  // Of several that found the same owner dead, the last to write is the one that all see now.
  await sleep(settleMs);
  const winner = readClaim(folder)?.owner ?? null;
  if (winner?.token !== own.token) throw locked(folder, winner);
}

async function lives(folder: string, owner: Owner | null, own: Owner, evidence: Evidence): Promise<boolean> {
  if (owner !== null && owner.kernel === own.kernel) {
    // The kernel would not have given us the name if this owner still had it.
    if (evidence.nameHeld && owner.network === own.network) return false;
    const answer =
      owner.socket !== null && socketPattern.test(owner.socket) ? await answers(folder, owner.socket) : null;
    if (answer !== null) return answer;
  }
  return heartMoves(folder, evidence.watchMs);
}

/** Watches the lock file; true as soon as it changes. */
async function heartMoves(folder: string, watchMs: number): Promise<boolean> {
  const first = lastBeat(folder);
  const pauseMs = Math.min(500, watchMs / 12);
  for (let waitedMs = 0; waitedMs < watchMs; waitedMs += pauseMs) {
    const now = lastBeat(folder);
    if (now === null) return false; // released meanwhile
    if (now !== first) return true;
    await sleep(pauseMs);
  }
  return false;
}

/** Asked of the opened file: a network file system answers for a mere name from its memory. */
function lastBeat(folder: string): string | null {
  try {
    const file = openSync(join(folder, fileName), 'r');
    try {
      const { ino, mtimeNs } = fstatSync(file, { bigint: true });
      return `${ino} ${mtimeNs}`;
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

function beat(
  folder: string,
  own: Owner,
  heartbeatMs: number,
  onLost: (error: AtollError) => void,
): NodeJS.Timeout {
  const path = join(folder, fileName);
  const timer = setInterval(() => {
    const found = readClaim(folder);
    if (found !== null && found.owner !== null && found.owner.token !== own.token) {
      clearInterval(timer);
      onLost(locked(folder, found.owner));
      return;
    }
    const now = new Date();
    try {
      if (found === null) writeFileSync(path, JSON.stringify(own), { flag: 'wx', mode: 0o600 });
      else utimesSync(path, now, now);
    } catch {
      // Read-only all of a sudden, or the folder is gone; the database will say so.
    }
  }, heartbeatMs);
  return timer.unref();
}

function readClaim(folder: string): Claim | null {
  let text: string;
  try {
    text = readFileSync(join(folder, fileName), 'utf8');
  } catch {
    return null;
  }
  try {
    return { owner: Owner.parse(JSON.parse(text)) };
  } catch {
    return { owner: null };
  }
}

/** Socket files of owners that were killed. */
async function sweepSockets(folder: string): Promise<void> {
  for (const name of readdirSync(folder)) {
    if (socketPattern.test(name) && (await answers(folder, name)) === false) {
      rmSync(join(folder, name), { force: true });
    }
  }
}

/** Whatever this process would still write belongs to a database that is another's now. */
function endProcess(error: AtollError): never {
  throw error;
}

function locked(folder: string, owner?: Owner | null): AtollError {
  const who = owner ? `Another Atoll process (pid ${owner.pid})` : 'Another Atoll process';
  return new AtollError('DATA_DIR_LOCKED', `${who} uses the data folder ${folder}.`);
}

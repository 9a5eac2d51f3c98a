import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AtollError } from '@atoll/errors/error';
import { z } from 'zod';

const Owner = z.object({ pid: z.int(), host: z.string() });

/** Held while a process owns a data folder. */
export type FolderLock = { release(): Promise<void> };

const heartbeatMs = 5_000;

/**
 * Takes the one lock of a data folder, or refuses. Two processes on one PGlite folder would lose data without
 * any error, so there are two guards:
 * - an abstract Unix socket named after the folder's device and inode (Linux), which the kernel frees in the
 *   instant its process dies, however it dies;
 * - a lock file with a heartbeat, for processes that share the folder but not the network namespace (other
 *   containers) and for systems without abstract sockets. It is never taken over by its age alone: the
 *   heartbeat of a foreign host is watched, and only one that stands still is dead.
 * @throws AtollError DATA_DIR_LOCKED
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const { dev, ino } = statSync(folder);
  const file = join(folder, 'lock.json');
  const socket = process.platform === 'linux' ? await holdSocket(`atoll-${dev}-${ino}`, folder) : null;
  try {
    await refuseLiveOwner(file, folder, socket !== null);
  } catch (thrown) {
    socket?.close();
    throw thrown;
  }
  const own = JSON.stringify({ pid: process.pid, host: hostname() });
  writeFileSync(file, own, { mode: 0o600 });
  const heartbeat = setInterval(() => {
    try {
      utimesSync(file, new Date(), new Date());
    } catch {
      // The folder is gone; the database will say so.
    }
  }, heartbeatMs);
  heartbeat.unref();
  return {
    async release() {
      clearInterval(heartbeat);
      rmSync(file, { force: true });
      socket?.close();
    },
  };
}

/** Listens without keeping the process alive; a name in use means that the folder is. */
function holdSocket(name: string, folder: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((connection) => connection.destroy());
    server.unref();
    server.once('error', () => reject(locked(folder)));
    server.listen(`\0${name}`, () => resolve(server));
  });
}

async function refuseLiveOwner(file: string, folder: string, socketHeld: boolean): Promise<void> {
  const owner = readOwner(file);
  if (owner === null) return;
  if (owner.host === hostname()) {
    // With the socket in hand, a file left by this host is a dead process's.
    if (!socketHeld && owner.pid !== process.pid && isAlive(owner.pid)) throw locked(folder, owner.pid);
    return;
  }
  if (await beats(file)) throw locked(folder);
}

function readOwner(file: string): z.infer<typeof Owner> | null {
  try {
    return Owner.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null; // no file, or one cut short by a crash
  }
}

/** Watches for two heartbeats; true as soon as the file changes. */
async function beats(file: string): Promise<boolean> {
  const first = modified(file);
  for (let waited = 0; waited < 2.5 * heartbeatMs; waited += 500) {
    await sleep(500);
    const now = modified(file);
    if (now === null) return false; // released meanwhile
    if (now !== first) return true;
  }
  return false;
}

function modified(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    // Not ours to signal, but alive.
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
  }
}

function locked(folder: string, pid?: number): AtollError {
  const who = pid === undefined ? 'Another Atoll process' : `Another Atoll process (pid ${pid})`;
  return new AtollError('DATA_DIR_LOCKED', `${who} uses the data folder ${folder}.`);
}

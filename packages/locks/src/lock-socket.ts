import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { codeOf, type Held, listen } from './held-name.ts';

/** Where a process runs: two that agree in both fields see the same names of the same kernel. */
export type Place = { readonly kernel: string; readonly network: string };

/** The running kernel (not the machine's name, which containers and clones share) and its network namespace. */
export function thisPlace(): Place {
  try {
    if (process.platform === 'linux') {
      const kernel = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      return { kernel, network: readlinkSync('/proc/self/ns/net') };
    }
    if (process.platform === 'darwin') {
      const session = execFileSync('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' });
      return { kernel: session.trim(), network: '' };
    }
  } catch {
    // A sandbox hides it; the name of the host is the next best.
  }
  return { kernel: hostname(), network: '' };
}

/**
 * Listens on a socket file, so that others on this kernel can ask whether this process lives, even while it
 * is paused and from within another container.
 * @returns null where the file system knows no sockets.
 */
export async function holdSocketFile(folder: string, name: string): Promise<Held | null> {
  if (process.platform === 'win32') return null;
  const reached = reach(folder, name);
  try {
    const server = await listen(reached.path);
    return {
      close() {
        server.close();
        rmSync(join(folder, name), { force: true });
      },
    };
  } catch {
    return null;
  } finally {
    reached.close();
  }
}

/**
 * Does a living process listen on this socket file? In doubt (no right to ask, a full queue) it does.
 * @returns null when there is no such file.
 */
export async function answers(folder: string, name: string): Promise<boolean | null> {
  const reached = reach(folder, name);
  try {
    return await new Promise<boolean | null>((resolve) => {
      const connection = connect(reached.path);
      connection.once('connect', () => {
        connection.destroy();
        resolve(true);
      });
      connection.once('error', (error) => {
        const code = codeOf(error);
        resolve(code === 'ENOENT' ? null : code !== 'ECONNREFUSED');
      });
    });
  } finally {
    reached.close();
  }
}

/** A socket's path may have 107 characters; by way of an open folder a deep one is short as well. */
function reach(folder: string, name: string): { path: string; close(): void } {
  if (process.platform !== 'linux') return { path: join(folder, name), close: () => undefined };
  const handle = openSync(folder, 'r');
  return { path: `/proc/self/fd/${handle}/${name}`, close: () => closeSync(handle) };
}

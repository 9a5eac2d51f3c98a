import { createServer, type Server } from 'node:net';

/** Something that the kernel lets go of in the instant its process dies, however it dies. */
export type Held = { close(): void };

/**
 * Holds a name that the kernel gives to one process at a time: an abstract socket on Linux, a pipe on Windows.
 * @returns null where there are no such names, 'taken' when another process has it.
 */
export async function holdName(name: string): Promise<Held | 'taken' | null> {
  const address = nameAddress(name);
  if (address === null) return null;
  try {
    return await listen(address);
  } catch (thrown) {
    return codeOf(thrown) === 'EADDRINUSE' ? 'taken' : null;
  }
}

function nameAddress(name: string): string | null {
  if (process.platform === 'linux') return `\0${name}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return null;
}

/** Listens and hangs up on whoever comes. */
export function listen(address: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((connection) => connection.destroy());
    server.unref();
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      // A failed connection of someone else must never end this process.
      server.on('error', () => undefined);
      resolve(server);
    });
  });
}

/** The code of an error of the system's; '' of any other. */
export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
}

import { spawn } from 'node:child_process';
import { join } from 'node:path';

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

const atoll = join(import.meta.dirname, '../bin/atoll.js');

/** Runs the real program in a process of its own, as a user would. */
export function runAtoll(
  args: readonly string[],
  {
    env = {},
    killAfterText,
    deaf = false,
  }: {
    env?: Record<string, string | undefined>;
    killAfterText?: string /** Reads no stdout. */;
    deaf?: boolean;
  } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [atoll, ...args], { env: { ...process.env, ...env } });
    let stdout = '';
    let stderr = '';
    let killed = false;
    if (deaf) child.stdout.destroy();
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
      // Once: a second one ends the process without waiting for anything.
      if (killAfterText === undefined || killed || !stderr.includes(killAfterText)) return;
      killed = child.kill('SIGINT');
    });
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

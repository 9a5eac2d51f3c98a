import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/**
 * Another process that holds the lock of a folder until it is killed.
 * @param prefix a command that runs it in surroundings of its own.
 */
export async function holdElsewhere(folder: string, prefix: readonly string[] = []): Promise<ChildProcess> {
  const script = join(import.meta.dirname, 'holder.ts');
  const [command, ...rest] = [...prefix, process.execPath, script, folder];
  const holder = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(holder, 'exit').then(() => {
    throw new Error('The process ended before it held the lock.');
  });
  await Promise.race([once(holder.stdout, 'data'), ended]);
  ended.catch(() => undefined);
  return holder;
}

/** Kills it as a crash does, and waits until it is gone. */
export async function killHolder(holder: ChildProcess): Promise<void> {
  if (holder.exitCode !== null || holder.signalCode !== null) return;
  const gone = once(holder, 'exit');
  holder.kill('SIGKILL');
  await gone;
}

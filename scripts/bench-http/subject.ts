import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** A service under measurement, as a process of its own. */
export type Subject = {
  readonly name: string;
  readonly url: string;
  /** Path of a completed job. */
  readonly jobPath: string;
  /** Path of a file of 3 MB. */
  readonly filePath: string;
  readonly body: string;
  readonly process: ChildProcess;
  readonly startMs: number;
};

/** Starts a program and waits until its /health answers. @returns how long that took. */
export async function startProcess(
  command: readonly string[],
  url: string,
  env: Readonly<Record<string, string>>,
  logFile: string,
): Promise<{ process: ChildProcess; startMs: number }> {
  const begun = performance.now();
  const log = openSync(logFile, 'a');
  const [program, ...args] = command;
  const child = spawn(program, args, {
    stdio: ['ignore', log, log],
    // With what it starts, it is ended as one group.
    detached: true,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
  });
  for (;;) {
    if (child.exitCode !== null)
      throw new Error(`${program} ended: ${readFileSync(logFile, 'utf8').slice(-500)}`);
    const answer = await fetch(`${url}/health`).catch(() => null);
    if (answer?.ok) break;
    await sleep(10);
  }
  return { process: child, startMs: performance.now() - begun };
}

export async function stopProcess({ process: child }: Pick<Subject, 'process'>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  const kill = (signal: NodeJS.Signals) => process.kill(-(child.pid ?? 0), signal);
  kill('SIGTERM');
  const patience = setTimeout(() => kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(patience);
}

/**
 * Seconds of processor that the process has used to answer: those of its threads that gave way to the others, as engines
 * do, are left out, for the stand-in's engine is a process of its own.
 */
export function processorSeconds(pid: number): number {
  let seconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    // Fields 14, 15 and 19 of proc(5); the first two in hundredths.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(fields[16]) <= ownNiceness) seconds += (Number(fields[11]) + Number(fields[12])) / 100;
  }
  return seconds;
}

const ownNiceness = getPriority();

/** Resident memory in MB, now and at its peak. */
export function memory(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { now: field('VmRSS'), peak: field('VmHWM') };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

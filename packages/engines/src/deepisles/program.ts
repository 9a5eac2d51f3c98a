import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { LogTail } from './log-tail.ts';

export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** A program under way, its output in a tail. */
export type Running = {
  readonly log: LogTail;
  /** Resolves when it is over and its output is read. @throws Error when it could not be started. */
  readonly ended: Promise<Ended>;
  readonly child: ChildProcess;
};

export type StartOptions = {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly onLine?: (line: string) => void;
  /** In a process group of its own, which can be stopped as a whole. */
  readonly ownGroup?: boolean;
  readonly stdin?: 'ignore' | 'pipe';
};

/** How long a pipe may stay open after its program is gone: a child may have taken it along. */
const drainMs = 2000;

/** Ends the whole process group when the pipe to it is closed, as the kernel does for a process that was killed. */
const bound = 'exec 3<&0; (read -r _ <&3; kill -s KILL 0) >/dev/null 2>&1 & exec 3<&-; exec "$@" </dev/null';

/** Starts a program in a process group of its own that ends with this process, however that ends. */
export function startBound(
  program: string,
  args: readonly string[],
  options: Omit<StartOptions, 'ownGroup'>,
): Running {
  return start('sh', ['-c', bound, 'sh', program, ...args], { ...options, ownGroup: true, stdin: 'pipe' });
}

export function start(program: string, args: readonly string[], options: StartOptions): Running {
  const { env, cwd, onLine, ownGroup = false, stdin = 'ignore' } = options;
  const log = new LogTail(onLine);
  const child = spawn(program, args, { env, cwd, detached: ownGroup, stdio: [stdin, 'pipe', 'pipe'] });
  for (const pipe of [child.stdout, child.stderr]) {
    const stream = log.stream();
    pipe?.on('data', (chunk: Buffer) => stream.write(chunk));
    pipe?.once('close', () => stream.end());
    pipe?.on('error', () => undefined);
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => {
      setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, drainMs).unref();
    });
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return { log, child, ended };
}

/** Ends a whole process group: first it is asked, then it is not. */
export async function stopGroup(child: ChildProcess, graceMs = 500): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  const over = isOver() ? Promise.resolve() : once(child, 'exit');
  signalGroup(pid, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs);
  await over;
  clearTimeout(timer);
  // Its children may have outlived it.
  signalGroup(pid, 'SIGKILL');
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in it.
  }
}

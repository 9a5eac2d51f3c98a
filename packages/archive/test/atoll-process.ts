import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../../scripts/free-port.ts';

const atoll = join(import.meta.dirname, '../../cli/bin/atoll.js');

/** A real `atoll serve` on one port and one data folder, that can be killed at any moment and started again. */
export class AtollProcess {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'atoll-archive-'));
  /** Every line of its log so far, over all its lives. */
  readonly log: string[] = [];
  readonly #env: Record<string, string>;
  readonly #waiting = new Set<() => void>();
  #port = 0;
  #child: ChildProcess | null = null;

  constructor(env: Record<string, string>) {
    this.#env = { ...env };
  }

  /** Further settings, before it starts. */
  set(env: Record<string, string>): void {
    Object.assign(this.#env, env);
  }

  get root(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    if (this.#port === 0) this.#port = await freePort();
    const child = spawn(process.execPath, [atoll, 'serve'], {
      env: {
        PATH: process.env.PATH,
        ATOLL_DATA_DIR: this.dataDir,
        ATOLL_PORT: `${this.#port}`,
        ATOLL_LOG_FORMAT: 'json',
        ...this.#env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    createInterface(child.stderr).on('line', (line) => {
      this.log.push(line);
      for (const look of this.#waiting) look();
    });
    const first = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    if (child.exitCode !== null) throw new Error(`Atoll ended with ${first}: ${this.log.join('\n')}`);
  }

  /** Waits for a line of its log that says this, beyond those that were there before. */
  async says(text: string, from: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => {
      if (this.log.slice(from).some((line) => line.includes(text))) resolve();
    };
    this.#waiting.add(look);
    look();
    await promise;
    this.#waiting.delete(look);
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }

  async end(): Promise<void> {
    await this.kill();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A second process, which prints lines and is killed in the end. */
export class Child {
  readonly process: ChildProcess;
  /** What it has printed so far. */
  readonly lines: string[] = [];
  readonly #exited: Promise<unknown>;
  #errors = '';
  #onLine: () => void = () => undefined;

  constructor(script: 'queue-process' | 'poisoned', args: readonly string[], prefix: readonly string[] = []) {
    const [command, ...rest] = [
      ...prefix,
      process.execPath,
      join(import.meta.dirname, `${script}.ts`),
      ...args,
    ];
    this.process = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#exited = once(this.process, 'exit');
    this.process.stderr?.on('data', (chunk) => {
      this.#errors += String(chunk);
    });
    if (this.process.stdout !== null) {
      createInterface(this.process.stdout).on('line', (line) => {
        this.lines.push(line);
        this.#onLine();
      });
    }
  }

  /** Waits for this many lines. @throws Error when it ends before. */
  async printed(count: number): Promise<void> {
    await this.#until(() => this.lines.length >= count);
  }

  /** Waits for a line of this kind. @throws Error when it ends before. */
  async hasPrinted(isWanted: (line: string) => boolean): Promise<void> {
    await this.#until(() => this.lines.some(isWanted));
  }

  async #until(isEnough: () => boolean): Promise<void> {
    const enough = new Promise<void>((resolve) => {
      this.#onLine = () => {
        if (isEnough()) resolve();
      };
      this.#onLine();
    });
    const ended = this.#exited.then(() => {
      throw new Error(`The process ended after ${this.lines.length} lines. ${this.#errors}`);
    });
    await Promise.race([enough, ended]);
  }

  async ended(): Promise<NodeJS.Signals | number | null> {
    await this.#exited;
    return this.process.signalCode ?? this.process.exitCode;
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.#exited;
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const atoll = join(import.meta.dirname, '../packages/cli/bin/atoll.js');

/** The real `atoll review` in a process of its own. */
export class ReviewProcess {
  readonly url: string;
  /** What it said when it was ready. */
  readonly words: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, words: string, url: string) {
    this.#child = child;
    this.words = words;
    this.url = url;
  }

  static async start(bids: string, ...args: string[]): Promise<ReviewProcess> {
    const child = spawn(process.execPath, [atoll, 'review', '--bids', bids, '--no-open', ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const words = await new Promise<string>((resolve, reject) => {
      let text = '';
      child.stdout.on('data', (chunk) => {
        text += String(chunk);
        if (text.includes('Ctrl-C')) resolve(text);
      });
      child.once('exit', () => reject(new Error(`The review ended before it was ready: ${text}`)));
    });
    const url = /http:\S+/.exec(words)?.[0] ?? '';
    return new ReviewProcess(child, words, url);
  }

  /** As Ctrl-C ends it, or as a power cut does. @returns its exit code. */
  async stop(signal: 'SIGINT' | 'SIGKILL' = 'SIGINT'): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode;
    const ended = new Promise<number | null>((resolve) => this.#child.once('exit', resolve));
    this.#child.kill(signal);
    return ended;
  }
}

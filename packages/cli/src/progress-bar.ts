import type { Progress } from '@atoll/engines/engine';

/** Where progress goes; stderr, so that stdout stays the report's own. */
export type Terminal = {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
};

const barWidth = 24;

/** A bar on a terminal, redrawn in place; elsewhere one line when a stage begins. */
export class ProgressBar {
  readonly #terminal: Terminal;
  readonly #started = performance.now();
  #stage = '';

  constructor(terminal: Terminal = process.stderr) {
    this.#terminal = terminal;
  }

  show({ stage, fraction, message }: Progress): void {
    if (this.#terminal.isTTY !== true) {
      if (stage !== this.#stage) this.#terminal.write(`${message}\n`);
      this.#stage = stage;
      return;
    }
    const filled = Math.round(barWidth * fraction);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`;
    const percent = `${Math.round(100 * fraction)}`.padStart(3);
    const seconds = ((performance.now() - this.#started) / 1000).toFixed(1);
    const line = `${bar} ${percent} %  ${seconds} s  ${message}`;
    this.#terminal.write(`\r\x1b[2K${line.slice(0, (this.#terminal.columns ?? 80) - 1)}`);
  }

  /** Removes the bar, so that what follows begins on a clean line. */
  clear(): void {
    if (this.#terminal.isTTY === true) this.#terminal.write('\r\x1b[2K');
  }
}

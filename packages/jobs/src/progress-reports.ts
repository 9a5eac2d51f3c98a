import type { JobProgress } from './job-table.ts';

/** At most five reports a second are written: more than an eye follows, and no load for the database. */
const everyMs = 200;

/** Thins out what an attempt reports: the newest report is written, one after the other, not too often. */
export class ProgressReports {
  readonly #write: (progress: JobProgress) => Promise<void>;
  #next: JobProgress | null = null;
  #writing: Promise<void> | null = null;
  #pause: NodeJS.Timeout | null = null;
  #closed = false;

  /** @param write must not reject. */
  constructor(write: (progress: JobProgress) => Promise<void>) {
    this.#write = write;
  }

  offer({ progress, message, stage }: JobProgress): void {
    if (this.#closed || !Number.isFinite(progress)) return;
    this.#next = { progress: Math.floor(Math.min(Math.max(progress, 0), 99)), message, stage };
    if (this.#writing === null && this.#pause === null) this.#writing = this.#writeNext();
  }

  /** Drops what is not written yet, and waits for what is being written. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#next = null;
    if (this.#pause !== null) clearTimeout(this.#pause);
    await this.#writing;
  }

  async #writeNext(): Promise<void> {
    const next = this.#next;
    this.#next = null;
    if (next !== null) await this.#write(next);
    this.#writing = null;
    if (this.#closed) return;
    this.#pause = setTimeout(() => {
      this.#pause = null;
      if (this.#next !== null) this.#writing = this.#writeNext();
    }, everyMs);
  }
}

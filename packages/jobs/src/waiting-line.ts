import type { JobTable } from './job-table.ts';
import { estimateWait, type Line, type Wait } from './wait-estimate.ts';
import type { Workforce } from './workforce.ts';

/** Many clients that poll shall not each have the whole line read. */
const freshMs = 500;

/** Where the pending jobs stand, read from the database at most twice a second. */
export class WaitingLine {
  readonly #table: JobTable;
  readonly #workforce: Workforce;
  #read: { readonly line: Promise<Line>; readonly at: number } | null = null;

  constructor(table: JobTable, workforce: Workforce) {
    this.#table = table;
    this.#workforce = workforce;
  }

  async wait(jobId: string): Promise<Wait | null> {
    const now = performance.now();
    if (this.#read === null || now - this.#read.at > freshMs) {
      this.#read = { line: this.#readLine(), at: now };
      this.#read.line.catch(() => {
        this.#read = null;
      });
    }
    return estimateWait(await this.#read.line, jobId, new Date());
  }

  async #readLine(): Promise<Line> {
    const [jobs, slots, meanRunSeconds] = await Promise.all([
      this.#table.line(),
      this.#workforce.slots(),
      this.#table.meanRunSeconds(),
    ]);
    return { jobs, slots, meanRunSeconds };
  }
}

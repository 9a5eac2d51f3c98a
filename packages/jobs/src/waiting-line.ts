import type { JobTable } from './job-table.ts';
import { estimateWaits, type Wait } from './wait-estimate.ts';
import type { Workforce } from './workforce.ts';

/** Many clients that poll shall not each have the whole line read. */
const freshMs = 500;

/** Where the pending jobs stand, read from the database at most twice a second. */
export class WaitingLine {
  readonly #table: JobTable;
  readonly #workforce: Workforce;
  #read: { readonly waits: Promise<Map<string, Wait>>; readonly at: number } | null = null;

  constructor(table: JobTable, workforce: Workforce) {
    this.#table = table;
    this.#workforce = workforce;
  }

  async wait(jobId: string): Promise<Wait | null> {
    const now = performance.now();
    if (this.#read === null || now - this.#read.at > freshMs) {
      this.#read = { waits: this.#readLine(), at: now };
      this.#read.waits.catch(() => {
        this.#read = null;
      });
    }
    return (await this.#read.waits).get(jobId) ?? null;
  }

  async #readLine(): Promise<Map<string, Wait>> {
    const [jobs, slots, meanRunSeconds] = await Promise.all([
      this.#table.line(),
      this.#workforce.slots(),
      this.#table.meanRunSeconds(),
    ]);
    return estimateWaits({ jobs, slots, meanRunSeconds }, new Date());
  }
}

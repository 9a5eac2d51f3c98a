import type { JobCounts } from './job-counts.ts';
import { estimateWaits, type Wait } from './wait-estimate.ts';
import type { Workforce } from './workforce.ts';

/** Many clients that poll shall not each have the whole line read. */
const freshMs = 500;

/** Where the pending jobs stand, read from the database at most twice a second. */
export class WaitingLine {
  readonly #counts: JobCounts;
  readonly #workforce: Workforce;
  #read: { readonly waits: Promise<Map<string, Wait>>; endsAt: number } | null = null;

  constructor(counts: JobCounts, workforce: Workforce) {
    this.#counts = counts;
    this.#workforce = workforce;
  }

  async wait(jobId: string): Promise<Wait | null> {
    if (this.#read === null || performance.now() > this.#read.endsAt) this.#read = this.#begin();
    return (await this.#read.waits).get(jobId) ?? null;
  }

  /** It stands from its end on: a slow database would have one reading begin behind the other, and none be of use. */
  #begin() {
    const read = { waits: this.#readLine(), endsAt: Number.POSITIVE_INFINITY };
    read.waits.then(
      () => {
        read.endsAt = performance.now() + freshMs;
      },
      () => {
        if (this.#read === read) this.#read = null;
      },
    );
    return read;
  }

  async #readLine(): Promise<Map<string, Wait>> {
    const [jobs, slots, meanRunSeconds] = await Promise.all([
      this.#counts.line(),
      this.#workforce.slots(),
      this.#counts.meanRunSeconds(),
    ]);
    return estimateWaits({ jobs, slots, meanRunSeconds }, new Date());
  }
}

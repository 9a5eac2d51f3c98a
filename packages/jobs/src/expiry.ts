import type { Store } from '@atoll/store/store';
import type { Job } from './job.ts';
import type { JobShelf } from './job-shelf.ts';

const dayMs = 24 * 3600 * 1000;
const hourMs = 3600 * 1000;
const sweepEveryMs = 10 * 60_000;
/** Jobs that one round takes out of the database at a time. */
const batchSize = 200;
/** How long an expired id is remembered, for 410 instead of 404. */
const rememberMs = 90 * dayMs;
/** Files younger than this may belong to a job that is just ending. */
const orphanAgeMs = hourMs;

export type ExpiryParts = {
  readonly shelf: JobShelf;
  readonly results: Store;
  /** Cases that were brought; they go after their results. */
  readonly cases: { sweep(now: Date, isStopped: () => boolean): Promise<void> };
  /** How long an ended job is kept; null for ever. */
  readonly ttlSeconds: number | null;
  readonly onError: (error: unknown) => void;
  readonly now?: () => Date;
};

/** When jobs end for good, and the rounds that see to it. Any number of processes may go them at once. */
export class Expiry {
  readonly #parts: ExpiryParts;
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(parts: ExpiryParts) {
    this.#parts = parts;
  }

  /** Jobs that ended before this moment are expired. */
  get horizon(): Date {
    const { ttlSeconds, now = () => new Date() } = this.#parts;
    return new Date(ttlSeconds === null ? 0 : now().getTime() - 1000 * ttlSeconds);
  }

  /** When the job expires; null while it has not ended, or when it never does. */
  expiresAt({ finishedAt }: Pick<Job, 'finishedAt'>): Date | null {
    const { ttlSeconds } = this.#parts;
    if (finishedAt === null || ttlSeconds === null) return null;
    return new Date(finishedAt.getTime() + 1000 * ttlSeconds);
  }

  start(): void {
    const round = () => {
      this.#round = this.sweep().catch(this.#parts.onError);
    };
    round();
    this.#timer = setInterval(round, sweepEveryMs).unref();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#round;
  }

  /** Removes expired jobs with their files, and files that no job owns; never those of one that runs. */
  async sweep(): Promise<void> {
    const { shelf, results, cases, now = () => new Date() } = this.#parts;
    for (;;) {
      const jobIds = this.#stopped ? [] : await shelf.endedBefore(this.horizon, batchSize);
      for (const jobId of jobIds) {
        // The files go first: should the process be killed in between, the next round finds the job again.
        await results.delete(jobId);
        await shelf.expire(jobId);
      }
      if (jobIds.length < batchSize) break;
    }
    await shelf.forgetExpired(new Date(now().getTime() - rememberMs));
    await cases.sweep(now(), () => this.#stopped);
    await this.#sweepOrphans(new Date(now().getTime() - orphanAgeMs));
  }

  async #sweepOrphans(youngest: Date): Promise<void> {
    const { shelf, results } = this.#parts;
    for await (const stored of results.list()) {
      if (this.#stopped) return;
      const old = stored.filter(({ usedAt }) => usedAt < youngest).map(({ id }) => id);
      const keepers = await shelf.keepers(old);
      for (const jobId of old) if (!keepers.has(jobId)) await results.delete(jobId);
    }
  }
}

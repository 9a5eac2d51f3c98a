import type { Store } from '@atoll/store/store';
import type { Belonging } from './belonging.ts';
import type { ExpiryTable } from './expiry-table.ts';
import type { Job } from './job.ts';
import type { OwnershipTable } from './ownership-table.ts';

const dayMs = 24 * 3600 * 1000;
const hourMs = 3600 * 1000;
const sweepEveryMs = 10 * 60_000;
/** Jobs that one round takes out of the database at a time. */
const batchSize = 200;
/** How long an expired id is remembered, for 410 instead of 404. */
const rememberMs = 90 * dayMs;
/** Files younger than this may belong to a job that is just ending. */
const orphanAgeMs = hourMs;
/** Files that no job owns are put aside first, and kept there so long, for whoever finds that one was wrong. */
const asideMs = 30 * dayMs;

export type ExpiryParts = {
  readonly expired: ExpiryTable;
  readonly ownership: Pick<OwnershipTable, 'keepers'>;
  readonly results: Store;
  /** Uploaded cases; they go after their results. */
  readonly belonging: Pick<Belonging, 'judge'>;
  readonly cases: { sweep(now: Date, isStopped: () => boolean): Promise<void> };
  /** How long an ended job is kept; null for ever. */
  readonly ttlSeconds: number | null;
  readonly onError: (error: unknown) => void;
  readonly onWarning: (sentence: string) => void;
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

  /**
   * Removes expired jobs with their files; never those of one that runs. What no job owns, and uploaded cases past
   * their time, only where the stores belong to this database.
   */
  async sweep(): Promise<void> {
    const { expired, results, belonging, cases, now = () => new Date() } = this.#parts;
    for (;;) {
      const jobIds = this.#stopped ? [] : await expired.endedBefore(this.horizon, batchSize);
      for (const jobId of jobIds) {
        // The files go first: should the process be killed in between, the next round finds the job again.
        for (const set of await expired.setsOf(jobId)) await results.delete(set);
        await expired.expire(jobId);
      }
      if (jobIds.length < batchSize) break;
    }
    await expired.forgetExpired(new Date(now().getTime() - rememberMs));
    if (this.#stopped) return;
    const ours = await belonging.judge();
    if (ours.uploads) await cases.sweep(now(), () => this.#stopped);
    if (!ours.results) return;
    await this.#sweepOrphans(new Date(now().getTime() - orphanAgeMs));
    await this.#sweepAside(new Date(now().getTime() - asideMs));
  }

  async #sweepOrphans(youngest: Date): Promise<void> {
    const { ownership, results, onWarning } = this.#parts;
    const orphans: string[] = [];
    for await (const stored of results.list()) {
      if (this.#stopped) return;
      const old = stored.filter(({ usedAt }) => usedAt < youngest).map(({ id }) => id);
      const keepers = await ownership.keepers(old);
      orphans.push(...old.filter((jobId) => !keepers.has(jobId)));
    }
    for (const jobId of orphans) {
      if (this.#stopped) return;
      await results.setAside(jobId);
      onWarning(`The files of job ${jobId}, which is not in the database, were set aside for 30 days.`);
    }
  }

  /** Removes what was put aside long ago, and brings back what a job turned out to own. */
  async #sweepAside(oldest: Date): Promise<void> {
    const { ownership, results, onWarning } = this.#parts;
    const aside = await results.aside();
    for (let first = 0; first < aside.length; first += batchSize) {
      const some = aside.slice(first, first + batchSize);
      const keepers = await ownership.keepers(some.map(({ id }) => id));
      for (const { id, since } of some) {
        if (this.#stopped) return;
        if (keepers.has(id)) {
          await results.bringBack(id);
          onWarning(`The files of job ${id} were restored: the job is in the database again.`);
        } else if (since < oldest) {
          await results.delete(id);
          onWarning(`The files of job ${id}, set aside 30 days ago, were deleted.`);
        }
      }
    }
  }
}

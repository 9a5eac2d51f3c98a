import { AtollError } from '@atoll/errors/error';
import type { Store } from '@atoll/store/store';
import type { Owned } from './belonging.ts';
import type { ExpiryTable } from './expiry-table.ts';
import { hasEnded, type Job } from './job.ts';
import type { JobEndings } from './job-endings.ts';
import type { JobTable } from './job-table.ts';

/** The uploaded cases, as far as their end is concerned. */
export type KeptCases = Owned & {
  usedAt(caseId: string): Promise<Date | null>;
  touch(caseId: string): Promise<void>;
  remove(caseId: string): Promise<void>;
  stored(): AsyncIterable<readonly { readonly id: string; readonly usedAt: Date }[]>;
};

export type CaseKeepingParts = {
  readonly table: Pick<JobTable, 'ofCase'>;
  readonly expired: Pick<ExpiryTable, 'setsOf' | 'expire' | 'expireCase' | 'isCaseExpired'>;
  readonly results: Store;
  readonly uploads: { readonly cases: KeptCases; readonly ttlSeconds: number | null } | null;
  readonly resultTtlSeconds: number | null;
  readonly endings: Pick<JobEndings, 'cancel' | 'purge'>;
};

/**
 * How long uploaded cases are kept: for their time after the last use, and at least as long as the last of their
 * jobs. Nothing else is written down: the store knows the last use, the table the jobs, and all processes see both.
 */
export class CaseKeeping {
  readonly #parts: CaseKeepingParts;

  constructor(parts: CaseKeepingParts) {
    this.#parts = parts;
  }

  /** When the case goes; null while one of its jobs has not ended, when it is kept for ever, and of no such case. */
  async expiresAt(caseId: string): Promise<Date | null> {
    const usedAt = (await this.#parts.uploads?.cases.usedAt(caseId)) ?? null;
    return usedAt === null ? null : this.#endOf(usedAt, await this.#parts.table.ofCase(caseId));
  }

  /** Was there such a case, that is gone by its age? */
  async isExpired(caseId: string): Promise<boolean> {
    return this.#parts.expired.isCaseExpired(caseId);
  }

  /** Notes that a case is in use. */
  async touch(caseId: string): Promise<void> {
    await this.#parts.uploads?.cases.touch(caseId);
  }

  /**
   * Removes a case with its jobs and their results at once, and stops those that run. The case goes last: should
   * the process be killed before, it can be asked for again.
   */
  async remove(caseId: string): Promise<void> {
    await this.#removeJobs(caseId);
    await this.#parts.uploads?.cases.remove(caseId);
    // One may have been submitted in the meantime; from here on none can.
    await this.#removeJobs(caseId);
  }

  /** Removes cases that are past their time, with what is left of their jobs. */
  async sweep(now: Date, isStopped: () => boolean): Promise<void> {
    const { uploads, table, expired, results } = this.#parts;
    if (uploads === null) return;
    for await (const some of uploads.cases.stored()) {
      for (const { id, usedAt } of some) {
        if (isStopped()) return;
        if (!this.#isPast(this.#endOf(usedAt, []), now)) continue;
        const jobs = await table.ofCase(id);
        if (!this.#isPast(this.#endOf(usedAt, jobs), now)) continue;
        await expired.expireCase(id);
        for (const { jobId } of jobs) {
          for (const set of await expired.setsOf(jobId)) await results.delete(set);
          await expired.expire(jobId);
        }
        await uploads.cases.remove(id);
      }
    }
  }

  #isPast(moment: Date | null, now: Date): boolean {
    return moment !== null && moment < now;
  }

  #endOf(usedAt: Date, jobs: readonly Pick<Job, 'finishedAt'>[]): Date | null {
    const { uploads, resultTtlSeconds } = this.#parts;
    const ends = [later(usedAt, uploads?.ttlSeconds ?? null)];
    for (const { finishedAt } of jobs) ends.push(finishedAt && later(finishedAt, resultTtlSeconds));
    const latest = Math.max(...ends.map((end) => end?.getTime() ?? Number.POSITIVE_INFINITY));
    return latest === Number.POSITIVE_INFINITY ? null : new Date(latest);
  }

  async #removeJobs(caseId: string): Promise<void> {
    const { table, endings } = this.#parts;
    for (const { jobId, status } of await table.ofCase(caseId)) {
      // Each may have ended, or gone, since the list was read.
      if (!hasEnded(status)) await endings.cancel(jobId).catch(unless('JOB_NOT_CANCELLABLE', 'JOB_UNKNOWN'));
      await endings.purge(jobId).catch(unless('JOB_UNKNOWN'));
    }
  }
}

/** null when it never comes. */
function later(moment: Date, seconds: number | null): Date | null {
  return seconds === null ? null : new Date(moment.getTime() + 1000 * seconds);
}

function unless(...codes: readonly string[]): (thrown: unknown) => void {
  return (thrown) => {
    if (!(thrown instanceof AtollError && codes.includes(thrown.code))) throw thrown;
  };
}

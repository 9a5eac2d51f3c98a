import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';
import type { Admission } from './admission.ts';
import type { Database } from './database.ts';
import type { Job } from './job.ts';
import type { JobWriter } from './job-writer.ts';
import type { Queue } from './queue.ts';
import type { SubmissionJournal } from './submission-journal.ts';
import { FineClock, insertRows, type NewJob, SubmissionRow, toJob, toRow } from './submission-row.ts';

export type SubmissionBatchParts = {
  readonly write: NonNullable<Database['atOnce']>;
  readonly queue: Pick<Queue, 'entries'>;
  readonly journal: SubmissionJournal;
  /** Asked for one turn's submissions after the other's. */
  readonly admit: Admission;
  readonly onError: (error: unknown) => void;
};

type Coming = {
  readonly job: NewJob;
  readonly made: (job: Job | null) => void;
  readonly failed: (thrown: unknown) => void;
};

type Unwritten = { readonly row: SubmissionRow; readonly job: Job; readonly told: Coming | null };

/** Between two writings, while submissions come. The first after a pause is written at once. */
const everyMs = 100;
/** Before a writing that failed is tried again. */
const retryMs = 1000;
/** Rows of one statement: each holds the event loop for as long as it takes. */
const rowsAtOnce = 100;

/**
 * Takes submissions where this process has the database to itself. What comes within one turn of the event loop goes
 * into the journal together and is acknowledged; it is written into the database a moment later, with all that came
 * meanwhile, for each writing costs as much as ten rows. A submission with a key is acknowledged only then: another
 * may have used the key.
 */
export class SubmissionBatch implements JobWriter {
  readonly #parts: SubmissionBatchParts;
  readonly #clock = new FineClock();
  #coming: Coming[] = [];
  #last: Promise<void> = Promise.resolve();
  /** In the order in which they came. */
  readonly #unwritten = new Map<string, Unwritten>();
  #isWriting = false;
  #isClosed = false;
  #wroteAt = Number.NEGATIVE_INFINITY;
  #hurry: (() => void) | null = null;
  #waiting: {
    readonly ids: Set<string>;
    readonly done: () => void;
    readonly failed: (e: unknown) => void;
  }[] = [];

  constructor(parts: SubmissionBatchParts) {
    this.#parts = parts;
  }

  /**
   * @returns null when there is a job of the ticket's submission key: its queue entry is written all the same, and a
   *   worker that comes to it finds nothing to do.
   * @throws why it is not admitted, or AtollError DISK_FULL; then nothing of the job is there.
   */
  add(job: NewJob): Promise<Job | null> {
    return new Promise((made, failed) => {
      this.#coming.push({ job, made, failed });
      if (this.#coming.length === 1) void immediate().then(() => this.#take());
    });
  }

  /** A job that is acknowledged and not in the database yet. */
  find(jobId: string): Job | null {
    return this.#unwritten.get(jobId)?.job ?? null;
  }

  /** Waits until the database has all that is acknowledged now. @throws whatever the database throws */
  written(): Promise<void> {
    if (this.#unwritten.size === 0) return Promise.resolve();
    return new Promise((done, failed) => {
      this.#waiting.push({ ids: new Set(this.#unwritten.keys()), done, failed });
      this.#hurry?.();
    });
  }

  /**
   * Writes what a killed process left in the journal.
   * @param known those of the ids that the database has or had.
   * @returns files with lines that cannot be read, which were put aside.
   */
  async recover(known: (jobIds: readonly string[]) => Promise<ReadonlySet<string>>): Promise<string[]> {
    const { journal } = this.#parts;
    const read = journal.left().map(parseRow);
    const rows = read.filter((row) => row !== null);
    rows.sort((a, b) => (a.created_at < b.created_at ? -1 : 1));
    const there = await known(rows.map(({ job_id }) => job_id));
    await this.#writeRows(rows.filter(({ job_id }) => !there.has(job_id)));
    if (rows.length < read.length) return journal.putAside();
    journal.clear();
    return [];
  }

  /** What is not written by then stays in the journal for the next start. */
  async close(): Promise<void> {
    await this.#last;
    await this.written().catch(this.#parts.onError);
    this.#isClosed = true;
    this.#hurry?.();
  }

  #take(): void {
    const some = this.#coming;
    this.#coming = [];
    this.#last = this.#last
      .then(() => this.#acknowledge(some))
      .catch((thrown: unknown) => {
        for (const { failed } of some) failed(thrown);
      });
  }

  async #acknowledge(some: readonly Coming[]): Promise<void> {
    const refusals = await this.#parts.admit(some.map(({ job }) => job));
    const admitted: Unwritten[] = [];
    for (const [at, coming] of some.entries()) {
      const refusal = refusals[at];
      if (refusal !== null) {
        coming.failed(refusal);
        continue;
      }
      const row = toRow(coming.job, this.#clock.now());
      admitted.push({ row, job: toJob(row), told: row.submission_key === null ? null : coming });
    }
    if (admitted.length === 0) return;
    const certain = admitted.filter(({ told }) => told === null);
    if (certain.length > 0) this.#parts.journal.append(certain.map(({ row }) => JSON.stringify(row)));
    for (const each of admitted) this.#unwritten.set(each.row.job_id, each);
    for (const { job, made } of some) {
      const acknowledged = this.#unwritten.get(job.jobId);
      if (acknowledged?.told === null) made(acknowledged.job);
    }
    if (certain.length < admitted.length) this.#hurry?.();
    if (!this.#isWriting) void this.#writeOn();
  }

  /** Until nothing is left to write. */
  async #writeOn(): Promise<void> {
    this.#isWriting = true;
    let pauseMs = this.#wroteAt + everyMs - performance.now();
    while (this.#unwritten.size > 0 && !this.#isClosed) {
      await this.#pause(pauseMs);
      this.#wroteAt = performance.now();
      try {
        await this.#writeAll();
        pauseMs = this.#wroteAt + everyMs - performance.now();
      } catch (thrown) {
        this.#parts.onError(thrown);
        for (const { failed } of this.#waiting.splice(0)) failed(thrown);
        this.#dropTold(thrown);
        pauseMs = retryMs;
      }
    }
    this.#isWriting = false;
  }

  /** Cut short when somebody waits. The answers that are due go out first. */
  async #pause(ms: number): Promise<void> {
    const isAwaited = this.#waiting.length > 0 || this.#unwritten.values().some(({ told }) => told !== null);
    if (ms <= 0 || isAwaited) return immediate();
    const cut = new AbortController();
    this.#hurry = () => cut.abort();
    await sleep(ms, undefined, { signal: cut.signal }).catch(() => undefined);
    this.#hurry = null;
  }

  async #writeAll(): Promise<void> {
    const settled = this.#parts.journal.mark();
    await this.#writeRows([...this.#unwritten.values()].map(({ row }) => row));
    settled();
  }

  async #writeRows(rows: readonly SubmissionRow[]): Promise<void> {
    for (let first = 0; first < rows.length; first += rowsAtOnce) {
      const some = rows.slice(first, first + rowsAtOnce);
      const made = await this.#insert(some);
      for (const { job_id } of some) this.#settle(job_id, made.has(job_id));
      await immediate();
    }
  }

  /** @returns ids of the jobs that were made. */
  async #insert(rows: readonly SubmissionRow[]): Promise<Set<string>> {
    const { write, queue, onError } = this.#parts;
    try {
      const entries = await queue.entries(
        rows.map((row) => ({ jobId: row.job_id, priority: row.priority, createdAt: row.created_at })),
      );
      const [made] = await write([{ text: insertRows, value: JSON.stringify(rows) }, entries]);
      return new Set(made.map(({ job_id }) => String(job_id)));
    } catch (thrown) {
      if (!isFaultOfRow(thrown)) throw thrown;
      onError(thrown);
      // One that no database would take must not hold up the others.
      if (rows.length === 1) return new Set();
      const alone: Set<string>[] = [];
      for (const row of rows) alone.push(await this.#insert([row]));
      return new Set(alone.flatMap((ids) => [...ids]));
    }
  }

  #settle(jobId: string, isMade: boolean): void {
    const settled = this.#unwritten.get(jobId);
    this.#unwritten.delete(jobId);
    settled?.told?.made(isMade ? settled.job : null);
    for (const { ids } of this.#waiting) ids.delete(jobId);
    this.#waiting = this.#waiting.filter(({ ids, done }) => {
      if (ids.size === 0) done();
      return ids.size > 0;
    });
  }

  /** What was not acknowledged is not tried again. */
  #dropTold(thrown: unknown): void {
    for (const [jobId, { told }] of this.#unwritten) {
      if (told === null) continue;
      this.#unwritten.delete(jobId);
      told.failed(thrown);
    }
  }
}

/** PostgreSQL's classes of errors for values that it does not take. */
function isFaultOfRow(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && /^2[23]...$/.test(String(thrown.code));
}

function parseRow(line: string): SubmissionRow | null {
  try {
    return SubmissionRow.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

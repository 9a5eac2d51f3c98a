import { setTimeout as sleep } from 'node:timers/promises';
import { mayPass } from '@atoll/errors/catalogue';
import { AtollError } from '@atoll/errors/error';
import type { Store } from '@atoll/store/store';
import type { Job } from './job.ts';
import type { JobChange } from './job-feed.ts';
import type { JobProgress, JobTable } from './job-table.ts';
import { ProgressReports } from './progress-reports.ts';
import type { Attempt, Queue } from './queue.ts';

/**
 * Does the work of a job, away from the event loop, and hands back the files of its result by name.
 * It stops soon after `signal` is aborted. It may run twice for one job.
 * @throws AtollError whose sentence the job then shows. What may pass, by the catalogue, is tried again; anything
 *   else fails the job at once.
 */
export type JobHandler = (
  job: Job,
  control: { readonly signal: AbortSignal; readonly onProgress: (progress: JobProgress) => void },
) => Promise<ReadonlyMap<string, Uint8Array>>;

export type WorkerParts = {
  readonly table: JobTable;
  readonly queue: Pick<Queue, 'grantRetry' | 'rest'>;
  readonly results: Store;
  readonly handler: JobHandler;
  /** Longest run of one attempt by the engine of the job. */
  readonly timeoutSeconds: (engine: string) => number;
  /** How long a job waits whose process ended twice in the middle of it. */
  readonly restSeconds: number;
  readonly onError: (error: unknown) => void;
  readonly onAttempt?: (event: AttemptEvent) => void;
};

/** What becomes of an attempt, for the log. It names no case. */
export type AttemptEvent = {
  readonly jobId: string;
  readonly engine: string;
  readonly attempt: number;
  readonly what: 'started' | 'settled' | 'put back';
  readonly elapsedMs: number;
};

type StopReason = 'cancelled' | 'shutdown' | 'timed-out' | 'taken-back';

/** Thrown to tell the queue that this attempt is over and another is due. */
class Retry extends Error {}

/** How long stopped work may take to end, before its slot goes to the next job regardless. */
const windDownMs = 500;

/** Runs attempts at jobs and settles each of them in the table. */
export class Worker {
  readonly #parts: WorkerParts;
  readonly #running = new Set<Run>();
  #stopping = false;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
  }

  /** Stops the work of a job, if it runs here. */
  cancel(jobId: string): void {
    for (const run of this.#running) if (run.jobId === jobId) run.stop('cancelled');
  }

  /** For the feed of changes. */
  hear(change: JobChange): void {
    if (change === null) this.#lookAfter().catch(this.#parts.onError);
    else if (change.status === 'cancelled') this.cancel(change.jobId);
  }

  /** Stops the work of jobs that ended while no word of it came here. */
  async #lookAfter(): Promise<void> {
    for (const { jobId } of [...this.#running]) {
      const job = await this.#parts.table.get(jobId);
      if (job === null || job.status === 'cancelled') this.cancel(jobId);
    }
  }

  /** Stops all work for good; each job goes back to the queue. */
  interruptAll(): void {
    this.#stopping = true;
    for (const run of this.#running) run.stop('shutdown');
  }

  /** @throws Retry when the queue shall hand the job out again. */
  async run(attempt: Attempt): Promise<void> {
    const { table, timeoutSeconds, onAttempt = () => undefined } = this.#parts;
    if (await this.#mustRest(attempt)) throw new Retry('taken-back');
    const job = await table.claim(attempt.jobId, attempt.attempt);
    if (job === null) return; // it ended while it waited
    const start = performance.now();
    const tell = (what: AttemptEvent['what']) =>
      onAttempt({
        jobId: job.jobId,
        engine: job.engine,
        attempt: attempt.attempt,
        what,
        elapsedMs: Math.round(performance.now() - start),
      });
    tell('started');
    try {
      await this.#attend(job, attempt, timeoutSeconds(job.engine));
    } catch (thrown) {
      tell('put back');
      throw thrown;
    }
    tell('settled');
  }

  /**
   * Did two tries at the job end without a word, as they do when it takes its process down? The row says "running"
   * then. What rests already was released, and runs.
   */
  async #mustRest({ jobId, attempt }: Attempt): Promise<boolean> {
    const { table, queue, restSeconds } = this.#parts;
    if (attempt < 2 || restSeconds === 0) return false;
    if (!(await table.letRest(jobId, attempt, restSeconds))) return false;
    await queue.rest(jobId, restSeconds);
    return true;
  }

  async #attend(job: Job, attempt: Attempt, timeoutSeconds: number): Promise<void> {
    const run = new Run(job.jobId);
    this.#running.add(run);
    const timer = setTimeout(() => run.stop('timed-out'), timeoutSeconds * 1000);
    const onTakenBack = () => run.stop('taken-back');
    attempt.signal.addEventListener('abort', onTakenBack, { once: true });
    if (this.#stopping) run.stop('shutdown');
    try {
      const work = this.#work(job, attempt, run.signal);
      // Work that does not listen must hold neither its slot nor whoever cancels it.
      const late = run.stopped.then(() => sleep(windDownMs));
      if ((await Promise.race([work, late])) === 'settled') return;
      work.catch(() => undefined);
      if (run.reason !== null) await this.#settleStopped(attempt, run.reason, timeoutSeconds);
    } catch (thrown) {
      if (run.reason !== null) await this.#settleStopped(attempt, run.reason, timeoutSeconds);
      else await this.#settleFailed(attempt, thrown);
    } finally {
      clearTimeout(timer);
      attempt.signal.removeEventListener('abort', onTakenBack);
      this.#running.delete(run);
    }
  }

  async #work(job: Job, { attempt }: Attempt, signal: AbortSignal): Promise<'settled'> {
    const { table, results, handler, onError } = this.#parts;
    const reports = new ProgressReports((progress) =>
      table.report(job.jobId, attempt, progress).catch(onError),
    );
    const closeReports = () => reports.close();
    signal.addEventListener('abort', closeReports, { once: true });
    try {
      const files = await attend(() =>
        handler(job, { signal, onProgress: (report) => reports.offer(report) }),
      );
      signal.throwIfAborted();
      await reports.close();
      // First the files, then the word that they are there.
      await results.put(job.jobId, files);
      if (!(await table.complete(job.jobId, attempt))) await this.#discard(job.jobId);
      return 'settled';
    } finally {
      await reports.close();
      signal.removeEventListener('abort', closeReports);
    }
  }

  /** Of a job that ended otherwise meanwhile nothing stays; of one that another attempt has, the files do. */
  async #discard(jobId: string): Promise<void> {
    const { table, results } = this.#parts;
    const job = await table.get(jobId);
    if (job === null || job.status === 'cancelled' || job.status === 'failed') await results.delete(jobId);
  }

  async #settleStopped(
    { jobId, attempt }: Attempt,
    reason: StopReason,
    timeoutSeconds: number,
  ): Promise<void> {
    const { table, queue } = this.#parts;
    if (reason === 'cancelled') return; // the table says so already
    if (reason === 'timed-out') {
      const message = `The job was stopped after ${timeoutSeconds} seconds, its time limit.`;
      await table.fail(jobId, attempt, { code: 'JOB_TIMED_OUT', message });
      return;
    }
    // A stop that was asked for must not use up the job's own tries.
    if (reason === 'shutdown') await queue.grantRetry(jobId);
    await table.release(jobId, attempt);
    throw new Retry(reason);
  }

  async #settleFailed({ jobId, attempt, last }: Attempt, thrown: unknown): Promise<void> {
    const { table, onError } = this.#parts;
    const error =
      thrown instanceof AtollError ? thrown : new AtollError('INTERNAL', undefined, { cause: thrown });
    // What is not the fault of the images is for whoever runs this instance to know.
    if (error.status >= 500) onError(error);
    if (mayPass(error.code) && !last) {
      await table.release(jobId, attempt);
      throw new Retry(error.code);
    }
    await table.fail(jobId, attempt, { code: error.code, message: error.message });
  }
}

/** One attempt under way, and why it was told to stop. */
class Run {
  readonly jobId: string;
  readonly #controller = new AbortController();
  readonly #stopped = Promise.withResolvers<void>();
  reason: StopReason | null = null;

  constructor(jobId: string) {
    this.jobId = jobId;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get stopped(): Promise<void> {
    return this.#stopped.promise;
  }

  /** The first reason counts. */
  stop(reason: StopReason): void {
    if (this.reason !== null) return;
    this.reason = reason;
    this.#controller.abort();
    this.#stopped.resolve();
  }
}

/** Whatever a handler throws that is not in the catalogue is a fault of the engine. */
async function attend<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof AtollError) throw thrown;
    throw new AtollError('ENGINE_FAILED', undefined, { cause: thrown });
  }
}

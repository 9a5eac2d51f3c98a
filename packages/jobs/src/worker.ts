import { type AtollError, asAtollError } from '@atoll/errors/error';
import type { Job } from './job.ts';
import type { JobProgress, JobTable } from './job-table.ts';
import type { Attempt, Queue } from './queue.ts';
import type { ResultStore } from './result-store.ts';

/** Does the work of a job, away from the event loop, and hands back the files of its result. */
export type JobHandler = (
  job: Job,
  control: { readonly signal: AbortSignal; readonly onProgress: (progress: JobProgress) => void },
) => Promise<ReadonlyMap<string, Uint8Array>>;

export type WorkerParts = {
  readonly table: JobTable;
  readonly queue: Queue;
  readonly results: ResultStore;
  readonly handler: JobHandler;
  readonly timeoutSeconds: number;
  readonly onError: (error: unknown) => void;
};

type StopReason = 'cancelled' | 'shutdown' | 'timed-out' | 'taken-back';

/** Thrown to tell the queue that this attempt is over and another is due. */
class Retry extends Error {}

const progressEveryMs = 200;

/** Runs attempts at jobs and settles each of them in the table. */
export class Worker {
  readonly #parts: WorkerParts;
  readonly #running = new Map<string, (reason: StopReason) => void>();
  #stopping = false;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
  }

  /** Stops the work of a job here, if it runs here. */
  cancel(jobId: string): void {
    this.#running.get(jobId)?.('cancelled');
  }

  /** Interrupts all work; each job goes back to the queue. */
  interruptAll(): void {
    this.#stopping = true;
    for (const stop of this.#running.values()) stop('shutdown');
  }

  async run(attempt: Attempt): Promise<void> {
    const { table } = this.#parts;
    const job = await table.claim(attempt.jobId, attempt.attempt);
    if (job === null) return; // cancelled while it waited
    const stopped = Promise.withResolvers<StopReason>();
    const controller = new AbortController();
    let reason: StopReason | null = null;
    const stop = (why: StopReason) => {
      reason ??= why;
      controller.abort();
      stopped.resolve(reason);
    };
    this.#running.set(job.jobId, stop);
    if (this.#stopping) stop('shutdown');
    const timer = setTimeout(() => stop('timed-out'), this.#parts.timeoutSeconds * 1000);
    const onTakenBack = () => stop('taken-back');
    attempt.signal.addEventListener('abort', onTakenBack, { once: true });
    try {
      // A handler that ignores its signal must not hold the slot, nor a cancel wait for it.
      const work = this.#work(job, attempt, controller.signal);
      work.catch(() => undefined);
      const outcome = await Promise.race([work, stopped.promise]);
      if (outcome !== 'done') await this.#settleStopped(job, attempt, outcome);
    } catch (thrown) {
      if (reason !== null) await this.#settleStopped(job, attempt, reason);
      else await this.#settleFailed(attempt, asAtollError(thrown));
    } finally {
      clearTimeout(timer);
      attempt.signal.removeEventListener('abort', onTakenBack);
      this.#running.delete(job.jobId);
    }
  }

  async #work(job: Job, { attempt }: Attempt, signal: AbortSignal): Promise<'done'> {
    const { table, results, handler } = this.#parts;
    const reports = new ProgressReports(
      (progress) => table.report(job.jobId, attempt, progress),
      this.#parts.onError,
    );
    const files = await handler(job, { signal, onProgress: (progress) => reports.offer(progress) });
    signal.throwIfAborted();
    // First the files, then the word that they are there.
    await results.put(job.jobId, files);
    await reports.flush();
    if (!(await table.complete(job.jobId, attempt)) && (await table.get(job.jobId))?.status === 'cancelled') {
      await results.delete(job.jobId);
    }
    return 'done';
  }

  async #settleStopped(job: Job, { attempt }: Attempt, reason: StopReason): Promise<void> {
    const { table, queue, timeoutSeconds } = this.#parts;
    if (reason === 'cancelled') return; // the table says so already
    if (reason === 'timed-out') {
      const message = `The job was stopped after ${timeoutSeconds} seconds, the longest it may run.`;
      await table.fail(job.jobId, attempt, { code: 'JOB_TIMED_OUT', message });
      return;
    }
    if (reason === 'shutdown') await queue.grantRetry(job.jobId);
    await table.release(job.jobId, attempt);
    throw new Retry('interrupted');
  }

  async #settleFailed({ jobId, attempt, last }: Attempt, error: AtollError): Promise<void> {
    const { table, onError } = this.#parts;
    const unexpected = error.code === 'INTERNAL' || error.code === 'ENGINE_FAILED';
    if (unexpected) onError(error);
    // The same images fail the same way again; a broken engine or disk may not.
    if (unexpected && !last) {
      await table.release(jobId, attempt);
      throw new Retry(error.message, { cause: error });
    }
    await table.fail(jobId, attempt, { code: error.code, message: error.message });
  }
}

/** Writes at most one report every 200 ms, the newest, one after the other. */
class ProgressReports {
  readonly #write: (progress: JobProgress) => Promise<void>;
  readonly #onError: (error: unknown) => void;
  #pending: JobProgress | null = null;
  #writing: Promise<void> | null = null;

  constructor(write: (progress: JobProgress) => Promise<void>, onError: (error: unknown) => void) {
    this.#write = write;
    this.#onError = onError;
  }

  offer(progress: JobProgress): void {
    this.#pending = progress;
    this.#writing ??= this.#drain();
  }

  async flush(): Promise<void> {
    this.#pending = null;
    await this.#writing;
  }

  async #drain(): Promise<void> {
    while (this.#pending !== null) {
      const next = this.#pending;
      this.#pending = null;
      try {
        await this.#write(next);
      } catch (thrown) {
        this.#onError(thrown);
      }
      if (this.#pending !== null) await new Promise((resolve) => setTimeout(resolve, progressEveryMs));
    }
    this.#writing = null;
  }
}

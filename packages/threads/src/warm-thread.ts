import type { Worker } from 'node:worker_threads';

/**
 * One thread of Node that is kept for the next task: starting one, and what it has to load, can cost more than a task.
 * Between tasks it does not keep the process alive, and is let go when none comes.
 */
export class WarmThread {
  readonly #make: () => Worker;
  readonly #idleMs: number;
  #idle: { readonly worker: Worker; readonly release: NodeJS.Timeout } | null = null;

  /** @param idleMs how long a thread waits for its next task. */
  constructor(make: () => Worker, idleMs: number) {
    this.#make = make;
    this.#idleMs = idleMs;
  }

  /** Has a thread ready. @param begin told of one that is new. */
  prepare(begin: (worker: Worker) => void = () => undefined): void {
    if (this.#idle !== null) return;
    const worker = this.#start();
    begin(worker);
    this.keep(worker);
  }

  /** The one that waits, or a new one. Whoever takes it gives it to `keep`, or ends it. */
  take(): Worker {
    if (this.#idle === null) return this.#start();
    const { worker } = this.#idle;
    this.#forget();
    worker.ref();
    return worker;
  }

  /** Takes back a thread that is ready for another task; where one waits already, it is ended. */
  keep(worker: Worker): void {
    if (this.#idle !== null) {
      void worker.terminate();
      return;
    }
    // Neither the worker nor its clock keeps the process alive.
    worker.unref();
    const release = setTimeout(() => {
      this.#idle = null;
      void worker.terminate();
    }, this.#idleMs).unref();
    this.#idle = { worker, release };
  }

  #start(): Worker {
    const worker = this.#make();
    // One that dies between tasks must neither bring the process down nor be taken again.
    worker.on('error', () => {});
    worker.on('exit', () => {
      if (this.#idle?.worker === worker) this.#forget();
    });
    return worker;
  }

  #forget(): void {
    if (this.#idle !== null) clearTimeout(this.#idle.release);
    this.#idle = null;
  }
}

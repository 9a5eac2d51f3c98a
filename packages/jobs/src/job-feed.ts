import type { Queue } from './queue.ts';

/** The channel that the table's trigger writes to. */
const channel = 'atoll_jobs';

/** A job that changed, or null: word of some changes may have been missed, so look at what you care for. */
export type JobChange = { readonly jobId: string; readonly status: string } | null;

/** Word of every change of a job, whichever process made it. */
export class JobFeed {
  readonly #listeners = new Set<(change: JobChange) => void>();
  #close: (() => Promise<void>) | null = null;

  async open(queue: Pick<Queue, 'listen'>): Promise<void> {
    this.#close = await queue.listen(
      channel,
      (payload) => {
        const [jobId, status] = payload.split(' ');
        this.#tell({ jobId, status });
      },
      () => this.#tell(null),
    );
  }

  /** @returns a function that ends it. `listener` must not throw. */
  subscribe(listener: (change: JobChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    await this.#close?.();
  }

  #tell(change: JobChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

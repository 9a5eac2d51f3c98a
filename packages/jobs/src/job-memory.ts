import type { Job } from './job.ts';
import type { JobChange } from './job-feed.ts';

/** About a kilobyte each. */
const remembered = 20_000;

/**
 * Jobs as they were last read, for as long as nobody changes them. Only for a database that no other process can
 * change: its word of a change comes before the change's own answer, so that whoever has that answer never sees the
 * job as it was before.
 */
export class JobMemory {
  readonly #read: (jobId: string) => Promise<Job | null>;
  /** The first in the map is the least lately asked for. */
  readonly #known = new Map<string, Job>();
  readonly #loading = new Map<string, Promise<Job | null>>();

  constructor(read: (jobId: string) => Promise<Job | null>) {
    this.#read = read;
  }

  /** The job as it stands; those who ask at the same time share one look at the database. */
  get(jobId: string): Promise<Job | null> | Job {
    const known = this.#known.get(jobId);
    if (known !== undefined) {
      this.#known.delete(jobId);
      this.#known.set(jobId, known);
      return known;
    }
    return this.#loading.get(jobId) ?? this.#load(jobId);
  }

  /** For the feed of changes. */
  hear(change: JobChange): void {
    if (change === null) {
      this.#known.clear();
      this.#loading.clear();
    } else {
      this.#known.delete(change.jobId);
      this.#loading.delete(change.jobId);
    }
  }

  #load(jobId: string): Promise<Job | null> {
    const loading = this.#read(jobId).then(
      (job) => {
        // Changed since it was asked for: good for those who asked before, and for nobody after.
        if (this.#loading.get(jobId) === loading) {
          this.#loading.delete(jobId);
          if (job !== null) this.#keep(job);
        }
        return job;
      },
      (thrown: unknown) => {
        if (this.#loading.get(jobId) === loading) this.#loading.delete(jobId);
        throw thrown;
      },
    );
    this.#loading.set(jobId, loading);
    return loading;
  }

  #keep(job: Job): void {
    this.#known.set(job.jobId, job);
    if (this.#known.size <= remembered) return;
    const [oldest] = this.#known.keys();
    this.#known.delete(oldest);
  }
}

import type { Owner } from '@atoll/access/visitor';
import type { Job, JobRequest } from './job.ts';
import type { JobChange } from './job-feed.ts';

const remembered = 5000;

/**
 * Which completed job answers a request, as it was last looked up: for as long as no job ends or goes. Only for a
 * database that no other process can change.
 */
export class SameMemory {
  readonly #known = new Map<string, Promise<Job | null>>();

  find(request: JobRequest, owner: Owner | null, look: () => Promise<Job | null>): Promise<Job | null> {
    const { caseId, engine, engineVersion, preset, options } = request;
    const key = JSON.stringify([caseId, engine, engineVersion, preset, options, owner]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const looked = look();
    if (this.#known.size >= remembered) this.#known.clear();
    this.#known.set(key, looked);
    looked.catch(() => this.#known.delete(key));
    return looked;
  }

  /** For the feed of changes. */
  hear(change: JobChange): void {
    if (change === null || (change.status !== 'pending' && change.status !== 'running')) this.forget();
  }

  forget(): void {
    this.#known.clear();
  }
}

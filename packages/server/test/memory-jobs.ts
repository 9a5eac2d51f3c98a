import { isDeepStrictEqual } from 'node:util';
import { AtollError } from '@atoll/errors/error';
import { hasEnded, type Job, type JobRequest, type JobStatus } from '@atoll/jobs/job';
import type { Revision } from '@atoll/jobs/revision';
import type { Store, StoredFile } from '@atoll/store/store';
import type { JobDesk } from '../src/parts.ts';

export const modifiedAt = new Date('2026-11-24T03:00:00.500Z');

function storedFile(bytes: Uint8Array): StoredFile {
  return {
    sizeBytes: bytes.byteLength,
    modifiedAt,
    read: ({ first, last } = { first: 0, last: bytes.byteLength - 1 }) =>
      new Blob([new Uint8Array(bytes.subarray(first, last + 1))]).stream(),
  };
}

class MemoryResults implements Store {
  readonly #files = new Map<string, ReadonlyMap<string, Uint8Array>>();
  /** Every name that was asked for: what reached the store. */
  readonly asked: string[] = [];

  async put(jobId: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
    this.#files.set(jobId, files);
  }

  async open(jobId: string, name: string): Promise<StoredFile | null> {
    this.asked.push(`${jobId}/${name}`);
    const bytes = this.#files.get(jobId)?.get(name);
    return bytes === undefined ? null : storedFile(bytes);
  }

  async names(jobId: string): Promise<string[]> {
    return [...(this.#files.get(jobId)?.keys() ?? [])];
  }

  async has(jobId: string): Promise<boolean> {
    return this.#files.has(jobId);
  }

  async *list() {
    yield [...this.#files.keys()].map((id) => ({ id, usedAt: modifiedAt }));
  }

  async touch() {}

  async usedAt(jobId: string) {
    return this.#files.has(jobId) ? modifiedAt : null;
  }

  async freeBytes() {
    return null;
  }

  async delete(jobId: string): Promise<void> {
    this.#files.delete(jobId);
  }

  holds(jobId: string): boolean {
    return this.#files.has(jobId);
  }

  async setAside() {}

  async aside() {
    return [];
  }

  async bringBack() {}

  async owner() {
    return null;
  }

  async setOwner() {}
}

/** What the HTTP surface needs of the queue, in memory; src/jobs/job-desk.test.ts holds it to the real one. */
export class MemoryJobs implements JobDesk {
  readonly results = new MemoryResults();
  readonly #jobs = new Map<string, Job>();
  readonly #watchers = new Set<Parameters<JobDesk['watch']>[0]>();
  full = false;
  get watching(): number {
    return this.#watchers.size;
  }

  broken = false;

  readonly #submissions = new Map<string, string>();
  #made = 0;

  async submit(...[request, options]: Parameters<JobDesk['submit']>): Promise<Job> {
    const key = options?.submissionKey ?? null;
    const taken = key === null ? undefined : this.#jobs.get(this.#submissions.get(key) ?? '');
    if (taken !== undefined) {
      if (!isSame(taken, request)) throw new AtollError('SUBMISSION_KEY_USED');
      return taken;
    }
    const same = [...this.#jobs.values()].find(
      (job) =>
        job.status === 'completed' &&
        job.revisions === 0 &&
        isSame(job, request) &&
        this.results.holds(job.jobId),
    );
    if (same !== undefined && options?.force !== true) return same;
    if (this.full) throw new AtollError('QUEUE_FULL');
    const jobId = (++this.#made).toString(16).padStart(32, '0');
    const job: Job = {
      ...request,
      jobId,
      version: 1,
      priority: options?.priority ?? 'interactive',
      status: 'pending',
      progress: 0,
      progressMessage: 'Waiting',
      stage: null,
      error: null,
      createdAt: modifiedAt,
      startedAt: null,
      finishedAt: null,
      revisions: 0,
      owner: options?.owner ?? null,
    };
    this.#jobs.set(jobId, job);
    if (key !== null) this.#submissions.set(key, jobId);
    return job;
  }

  async get(jobId: string): Promise<Job | null> {
    if (this.broken) throw new Error('secret: sub-stroke0001 of /data/patients');
    return this.#jobs.get(jobId) ?? null;
  }

  expiresAt({ finishedAt }: Job): Date | null {
    return finishedAt === null ? null : new Date(finishedAt.getTime() + 3600_000);
  }

  async wait(jobId: string) {
    return this.#jobs.get(jobId)?.status === 'pending' ? { ahead: 2, seconds: 61.7 } : null;
  }

  async retry(jobId: string): Promise<Job> {
    const job = this.#known(jobId);
    if (job.status !== 'failed' && job.status !== 'cancelled') throw new AtollError('JOB_NOT_RETRYABLE');
    return this.submit(requestOf(job), { force: true });
  }

  workers = 1;

  async slots() {
    if (this.broken) throw new Error('down');
    return this.workers;
  }

  async depth() {
    const { pending, running } = await this.counts();
    return [
      { engine: 'diffusion', status: 'pending', total: pending },
      { engine: 'diffusion', status: 'running', total: running },
    ].filter(({ total }) => total > 0);
  }

  readonly #revisions: Revision[] = [];

  revisions: JobDesk['revisions'] = {
    list: async (jobId) => this.#revisions.filter((each) => each.jobId === jobId),
    get: async (jobId, number) =>
      this.#revisions.find((each) => each.jobId === jobId && each.number === number) ?? null,
    check: async (jobId, parent) => {
      const job = this.#jobs.get(jobId);
      if (job === undefined) throw new AtollError('JOB_UNKNOWN');
      if (job.status !== 'completed') throw new AtollError('JOB_NOT_COMPLETED');
      if (parent > job.revisions) throw new AtollError('REVISION_UNKNOWN');
      if (parent < job.revisions) throw new AtollError('REVISION_CONFLICT');
      return job;
    },
    add: async (made, files) => {
      const { revisions } = await this.revisions.check(made.jobId, made.parent);
      const number = revisions + 1;
      const revision = { ...made, number, revisionId: `${number}`.padStart(32, 'f') };
      await this.results.put(revision.revisionId, files);
      this.#revisions.push(revision);
      this.set(made.jobId, { revisions: number });
      return revision;
    },
  };

  cases: JobDesk['cases'] = {
    expiresAt: async () => null,
    isExpired: async () => false,
    touch: async () => undefined,
    remove: async () => undefined,
  };

  async cancel(jobId: string): Promise<Job> {
    const job = this.#known(jobId);
    if (job.status === 'cancelled') return job;
    if (hasEnded(job.status)) throw new AtollError('JOB_NOT_CANCELLABLE');
    return this.set(jobId, {
      status: 'cancelled',
      stage: null,
      progressMessage: 'Cancelled',
      finishedAt: modifiedAt,
    });
  }

  async purge(jobId: string): Promise<void> {
    if (!hasEnded(this.#known(jobId).status)) throw new AtollError('JOB_NOT_ENDED');
    this.#jobs.delete(jobId);
    await this.results.delete(jobId);
  }

  async counts() {
    if (this.broken) throw new Error('down');
    const count = (status: JobStatus) =>
      [...this.#jobs.values()].filter((job) => job.status === status).length;
    return { pending: count('pending'), running: count('running') };
  }

  watch(listener: Parameters<JobDesk['watch']>[0]): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  #known(jobId: string): Job {
    const job = this.#jobs.get(jobId);
    if (job === undefined) throw new AtollError('JOB_UNKNOWN');
    return job;
  }

  /** Puts a job into another state, as a worker would. */
  set(jobId: string, change: Partial<Job>): Job {
    const job = this.#jobs.get(jobId);
    if (job === undefined) throw new Error('no such job');
    const changed = { ...job, ...change, version: job.version + 1 };
    this.#jobs.set(jobId, changed);
    for (const tell of this.#watchers) tell({ jobId, status: changed.status });
    return changed;
  }
}

function requestOf({ caseId, engine, engineVersion, preset, options }: JobRequest): JobRequest {
  return { caseId, engine, engineVersion, preset, options: [...options] };
}

function isSame(job: Job, request: JobRequest): boolean {
  return isDeepStrictEqual(requestOf(job), requestOf(request));
}

import type { AccessRecords } from '@atoll/access/records';
import { AtollError } from '@atoll/errors/error';
import type { Store } from '@atoll/store/store';
import type { ArchiveTable } from './archive-table.ts';
import type { CaseKeeping } from './case-keeping.ts';
import { DrizzleQueryError } from './drizzle.ts';
import type { Expiry } from './expiry.ts';
import type { Job, JobRequest } from './job.ts';
import type { JobCounts } from './job-counts.ts';
import type { JobEndings } from './job-endings.ts';
import type { JobChange, JobFeed } from './job-feed.ts';
import type { JobLookup } from './job-lookup.ts';
import type { JobRecord } from './job-record.ts';
import type { JobWriter } from './job-writer.ts';
import type { Queue } from './queue.ts';
import type { Revisions } from './revisions.ts';
import type { StudyTable } from './study-table.ts';
import type { Submissions, SubmitOptions } from './submissions.ts';
import type { Wait } from './wait-estimate.ts';
import type { WaitingLine } from './waiting-line.ts';
import type { Worker } from './worker.ts';
import type { Workforce } from './workforce.ts';

export type JobsParts = {
  readonly results: Store;
  readonly submissions: Submissions;
  readonly writer: JobWriter;
  readonly lookup: JobLookup;
  readonly endings: JobEndings;
  readonly revisions: Revisions;
  readonly counts: JobCounts;
  readonly line: WaitingLine;
  readonly workforce: Workforce;
  readonly cases: CaseKeeping;
  readonly expiry: Expiry;
  readonly archive: ArchiveTable;
  readonly access: AccessRecords;
  readonly studies: StudyTable;
  /** Called when a job came by another way than a submission. */
  readonly onAdopted: () => void;
  readonly feed: JobFeed;
  readonly worker: Pick<Worker, 'interruptAll'>;
  readonly queue: Pick<Queue, 'stop'>;
  /** All that is open, to be closed at the stop. */
  readonly opened: AsyncDisposable;
};

/**
 * The durable queue with its results: what is acknowledged here survives a crash of the process. Every method throws
 * QUEUE_UNREACHABLE when the database does not answer, or not any more. `openJobs` makes one.
 */
export class Jobs {
  readonly results: Store;
  /** Cases that were uploaded, which go with their results. */
  readonly cases: Pick<CaseKeeping, 'expiresAt' | 'isExpired' | 'touch' | 'remove'>;
  /** Tokens, links and the log of who did what. */
  readonly access: AccessRecords;
  /** What readers made of results. */
  readonly revisions: Pick<Revisions, 'list' | 'get' | 'check' | 'add'>;
  /** Examinations that archives sent, for whoever works on them; their queries' own errors come through. */
  readonly studies: StudyTable;
  readonly #parts: JobsParts;
  #stopped: Promise<void> | null = null;

  constructor(parts: JobsParts) {
    const { results, cases, revisions, access } = parts;
    this.#parts = parts;
    this.results = results;
    this.studies = parts.studies;
    const { tokens, shares, sessions, audit } = access;
    this.access = {
      tokens: {
        add: (token, hash) => this.#reach(() => tokens.add(token, hash)),
        find: (hash, now) => this.#reach(() => tokens.find(hash, now)),
        list: () => this.#reach(() => tokens.list()),
        revoke: (tokenId) => this.#reach(() => tokens.revoke(tokenId)),
      },
      shares: {
        // Its job may just have come.
        add: (share, hash) => this.#reachAll(() => shares.add(share, hash)),
        find: (hash, now) => this.#reach(() => shares.find(hash, now)),
        get: (shareId) => this.#reach(() => shares.get(shareId)),
        ofJob: (jobId) => this.#reach(() => shares.ofJob(jobId)),
        revoke: (shareId) => this.#reach(() => shares.revoke(shareId)),
      },
      sessions: {
        add: (session, hash) => this.#reach(() => sessions.add(session, hash)),
        find: (hash, now) => this.#reach(() => sessions.find(hash, now)),
        extend: (hash, expiresAt) => this.#reach(() => sessions.extend(hash, expiresAt)),
        claimRenewal: (hash, due, next) => this.#reach(() => sessions.claimRenewal(hash, due, next)),
        renew: (hash, renewal) => this.#reach(() => sessions.renew(hash, renewal)),
        remove: (hash) => this.#reach(() => sessions.remove(hash)),
      },
      audit: {
        add: (entries) => this.#reach(() => audit.add(entries)),
        list: (wish) => this.#reach(() => audit.list(wish)),
      },
      sweep: (before, now) => this.#reach(() => access.sweep(before, now)),
    };
    this.revisions = {
      list: (jobId) => this.#reachAll(() => revisions.list(jobId)),
      get: (jobId, number) => this.#reachAll(() => revisions.get(jobId, number)),
      check: (jobId, parent) => this.#reachAll(() => revisions.check(jobId, parent)),
      add: (made, files) => this.#reachAll(() => revisions.add(made, files)),
    };
    this.cases = {
      expiresAt: (caseId) => this.#reachAll(() => cases.expiresAt(caseId)),
      isExpired: (caseId) => this.#reach(() => cases.isExpired(caseId)),
      touch: (caseId) => this.#reach(() => cases.touch(caseId)),
      remove: (caseId) => this.#reachAll(() => cases.remove(caseId)),
    };
  }

  /** @throws AtollError QUEUE_FULL, TOO_MANY_JOBS, DISK_FULL, SUBMISSION_KEY_USED */
  submit(request: JobRequest, options?: SubmitOptions): Promise<Job> {
    return this.#reach(() => this.#parts.submissions.submit(request, options));
  }

  /** null when there never was such a job. @throws AtollError JOB_EXPIRED */
  get(jobId: string): Promise<Job | null> {
    return this.#reach(() => this.#parts.lookup.get(jobId));
  }

  /** When an ended job goes for good; null before its end, and where jobs are kept for ever. */
  expiresAt(job: Job): Date | null {
    return this.#parts.expiry.expiresAt(job);
  }

  /** Where a pending job stands; null for any other. */
  wait(jobId: string): Promise<Wait | null> {
    const { line, writer } = this.#parts;
    const ask = () => line.wait(jobId);
    return writer.find(jobId) === null ? this.#reach(ask) : this.#reachAll(ask);
  }

  /** Asks for the same again; for jobs that failed or were cancelled. @throws AtollError JOB_UNKNOWN, JOB_NOT_RETRYABLE */
  retry(jobId: string, options?: SubmitOptions): Promise<Job> {
    const { endings, submissions } = this.#parts;
    return this.#reachAll(async () => {
      const job = await endings.toRetry(jobId);
      return submissions.submit(job, { priority: job.priority, ...options, force: true });
    });
  }

  /** Stops the job's work at once. @throws AtollError JOB_UNKNOWN, JOB_NOT_CANCELLABLE */
  cancel(jobId: string): Promise<Job> {
    return this.#reachAll(() => this.#parts.endings.cancel(jobId));
  }

  /** Removes an ended job and its files. @throws AtollError JOB_UNKNOWN, JOB_NOT_ENDED */
  purge(jobId: string): Promise<void> {
    return this.#reachAll(() => this.#parts.endings.purge(jobId));
  }

  /** Hears of the job's changes, until the answer is called; null is word that some may have been missed. */
  watch(listener: (change: JobChange) => void): () => void {
    return this.#parts.feed.subscribe(listener);
  }

  counts(): Promise<{ pending: number; running: number }> {
    return this.#reachAll(() => this.#parts.counts.counts());
  }

  /** How many jobs of each engine wait and run; engines with none are left out. */
  depth(): Promise<readonly { engine: string; status: string; total: number }[]> {
    return this.#reachAll(() => this.#parts.counts.depth());
  }

  /** Jobs that can run in parallel in all processes that share the queue. */
  slots(): Promise<number> {
    return this.#reach(() => this.#parts.workforce.slots());
  }

  /** All jobs, the oldest first, as an archive keeps them. */
  async *records(): AsyncGenerator<JobRecord> {
    const { writer, archive } = this.#parts;
    await writer.written();
    yield* archive.records();
  }

  /** Takes over a job of an archive, and queues it if it waits. @returns false when there is one of its id. */
  adopt(record: JobRecord): Promise<boolean> {
    return this.#reach(async () => {
      const isNew = await this.#parts.archive.adopt(record);
      if (isNew) this.#parts.onAdopted();
      return isNew;
    });
  }

  /** Running jobs go back to the queue and finish after the next start. */
  stop({ graceMs = 10_000 }: { readonly graceMs?: number } = {}): Promise<void> {
    this.#stopped ??= this.#stop(graceMs);
    return this.#stopped;
  }

  async #stop(graceMs: number): Promise<void> {
    const { opened, worker, writer, queue } = this.#parts;
    await using _ = opened;
    worker.interruptAll();
    await writer.close();
    await queue.stop(graceMs);
  }

  /** For whatever the table alone knows: all that is acknowledged must be in it. */
  #reachAll<Result>(ask: () => Promise<Result>): Promise<Result> {
    return this.#reach(async () => {
      await this.#parts.writer.written();
      return ask();
    });
  }

  /** Says no more than that it does not answer: a query's own error would carry names of cases to the log. */
  async #reach<Result>(ask: () => Promise<Result>): Promise<Result> {
    if (this.#stopped !== null) throw new AtollError('QUEUE_UNREACHABLE', 'Atoll is stopping.');
    try {
      return await ask();
    } catch (thrown) {
      if (thrown instanceof AtollError) throw thrown;
      const cause = thrown instanceof DrizzleQueryError ? thrown.cause : thrown;
      throw new AtollError('QUEUE_UNREACHABLE', undefined, { cause });
    }
  }
}

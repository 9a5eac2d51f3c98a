import { randomBytes } from 'node:crypto';
import { AtollError } from '@atoll/errors/error';
import type { Store } from '@atoll/store/store';
import type { Database } from './database.ts';
import type { Job } from './job.ts';
import type { JobLookup } from './job-lookup.ts';
import { mostRevisions, type NewRevision, type Revision } from './revision.ts';
import { RevisionTable } from './revision-table.ts';
import type { RoomGauge } from './room-gauge.ts';

export type RevisionsParts = {
  readonly database: Pick<Database, 'sql' | 'transaction'>;
  readonly results: Pick<Store, 'put' | 'delete'>;
  readonly room: Pick<RoomGauge, 'check'>;
  readonly lookup: Pick<JobLookup, 'get'>;
};

/** What readers made of results: kept beside the engine's own, never in its place. */
export class Revisions {
  readonly #parts: RevisionsParts;

  constructor(parts: RevisionsParts) {
    this.#parts = parts;
  }

  /** All of a job, the oldest first. */
  async list(jobId: string): Promise<readonly Revision[]> {
    return new RevisionTable(this.#parts.database.sql).ofJobs([jobId]);
  }

  /** null when there is none of this number. */
  async get(jobId: string, number: number): Promise<Revision | null> {
    return new RevisionTable(this.#parts.database.sql).get(jobId, number);
  }

  /**
   * May a revision of this parent be added now? Asked before the work of making one.
   * @throws AtollError JOB_UNKNOWN, JOB_EXPIRED, JOB_NOT_COMPLETED, REVISION_UNKNOWN, REVISION_CONFLICT,
   *   TOO_MANY_REVISIONS, DISK_FULL
   */
  async check(jobId: string, parent: number): Promise<Job> {
    const job = await this.#parts.lookup.get(jobId);
    if (job === null) throw new AtollError('JOB_UNKNOWN');
    if (job.status !== 'completed') throw new AtollError('JOB_NOT_COMPLETED');
    if (parent > job.revisions) throw new AtollError('REVISION_UNKNOWN');
    if (parent < job.revisions) throw conflict(job.revisions);
    if (job.revisions >= mostRevisions) throw new AtollError('TOO_MANY_REVISIONS');
    await this.#parts.room.check();
    return job;
  }

  /**
   * Keeps a revision with its files: first the files, which nobody sees, then the word that they are there. Of two with
   * the same parent one is kept, and the other is refused with nothing of it left.
   * @throws AtollError as {@link check}; FILE_UNWRITABLE, DISK_FULL
   */
  async add(made: NewRevision, files: ReadonlyMap<string, Uint8Array>): Promise<Revision> {
    const { database, results } = this.#parts;
    const revision = { ...made, revisionId: randomBytes(16).toString('hex'), number: made.parent + 1 };
    await results.put(revision.revisionId, files);
    // When this fails it may be the answer alone that was lost: the files stay, and the sweep sees whose they are.
    if (await database.transaction(({ sql }) => new RevisionTable(sql).add(revision))) return revision;
    await results.delete(revision.revisionId);
    await this.check(made.jobId, made.parent);
    throw new AtollError('REVISION_CONFLICT');
  }
}

function conflict(newest: number): AtollError {
  return new AtollError(
    'REVISION_CONFLICT',
    `Somebody else has saved a revision of this result in the meantime: the newest is number ${newest}.`,
  );
}

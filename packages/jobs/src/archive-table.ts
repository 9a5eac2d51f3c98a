import type { Database } from './database.ts';
import { asc, gt } from './drizzle.ts';
import type { JobRecord } from './job-record.ts';
import { knownCode, waitingAgain } from './job-table.ts';
import type { Queue } from './queue.ts';
import type { Revision } from './revision.ts';
import { RevisionTable } from './revision-table.ts';
import { jobs } from './schema.ts';

type ArchivedDatabase = Pick<Database, 'sql' | 'transaction'>;

/** The rows of jobs as archives give and take them. */
export class ArchiveTable {
  readonly #database: ArchivedDatabase;
  readonly #queue: Pick<Queue, 'send'>;

  constructor(database: ArchivedDatabase, queue: Pick<Queue, 'send'>) {
    this.#database = database;
    this.#queue = queue;
  }

  /** All rows. What runs is given as what waits: it will have to run again. */
  async *records(): AsyncGenerator<JobRecord> {
    let last = '';
    for (;;) {
      const rows = await this.#database.sql
        .select()
        .from(jobs)
        .where(gt(jobs.jobId, last))
        .orderBy(asc(jobs.jobId))
        .limit(recordsAtOnce);
      const revised = await new RevisionTable(this.#database.sql).ofJobs(rows.map(({ jobId }) => jobId));
      const ofJob = Map.groupBy(revised, ({ jobId }) => jobId);
      for (const row of rows) yield toRecord(row, ofJob.get(row.jobId) ?? []);
      if (rows.length < recordsAtOnce) return;
      last = rows[rows.length - 1].jobId;
    }
  }

  /** Takes a job over, and queues it if it waits. @returns false when there is one of its id. */
  async adopt(record: JobRecord): Promise<boolean> {
    const { revisions: revised, ...job } = record;
    return this.#database.transaction(async ({ sql, queuePort }) => {
      const rows = await sql
        .insert(jobs)
        .values({ ...job, revisions: revised.length })
        .onConflictDoNothing()
        .returning({ jobId: jobs.jobId });
      if (rows.length === 0) return false;
      const { jobId } = record;
      await new RevisionTable(sql).adopt(revised.map((revision) => ({ ...revision, jobId })));
      if (record.status === 'pending') await this.#queue.send(record.jobId, record.priority, queuePort);
      return true;
    });
  }
}

const recordsAtOnce = 500;

function toRecord(row: typeof jobs.$inferSelect, revised: readonly Revision[]): JobRecord {
  const {
    attempt: _attempt,
    version: _version,
    client: _client,
    submissionKey: _submissionKey,
    stage: _stage,
    revisions: _revisions,
    ...kept
  } = row;
  const { errorCode, status } = kept;
  return {
    ...kept,
    errorCode: knownCode(errorCode),
    revisions: revised.map(({ jobId: _jobId, ...revision }) => revision),
    ...(status === 'running' ? { ...waitingAgain, startedAt: null } : { status }),
  };
}

import type { Database, Statement } from './database.ts';
import type { Job, JobRequest } from './job.ts';
import { type Ticket, waiting } from './job-table.ts';
import type { Queue } from './queue.ts';

export type NewJob = { readonly jobId: string; readonly request: JobRequest; readonly ticket: Ticket };

type Waiting = {
  readonly job: NewJob;
  readonly made: (job: Job | null) => void;
  readonly failed: (thrown: unknown) => void;
};

/** Why each of the jobs may not be made, in their order; null where it may. */
export type Admission = (jobs: readonly NewJob[]) => Promise<readonly (Error | null)[]>;

const mostAtOnce = 500;

const insertJobs = `
  INSERT INTO atoll.jobs (
    job_id, case_id, engine, engine_version, preset, options,
    priority, client, submission_key, status, progress_message
  )
  SELECT
    job_id, case_id, engine, engine_version, preset, options,
    priority, client, submission_key, 'pending', '${waiting}'
  FROM json_to_recordset($1::text::json) AS job (
    job_id text, case_id text, engine text, engine_version text, preset text, options text[],
    priority text, client text, submission_key text
  )
  ON CONFLICT DO NOTHING
  RETURNING job_id, created_at`;

/**
 * Writes new jobs with their queue entries where this process has the database to itself: all that come within one turn
 * of the event loop together, in one call of two statements, for each call costs much more than a row.
 */
export class SubmissionBatch {
  readonly #write: NonNullable<Database['atOnce']>;
  readonly #queue: Pick<Queue, 'entries'>;
  readonly #admit: Admission;
  #waiting: Waiting[] = [];
  #last: Promise<void> = Promise.resolve();

  /** @param admit asked for one batch after the other: what it counts does not change until that one is written. */
  constructor(write: NonNullable<Database['atOnce']>, queue: Pick<Queue, 'entries'>, admit: Admission) {
    this.#write = write;
    this.#queue = queue;
    this.#admit = admit;
  }

  /**
   * @returns null when there is a job of the ticket's submission key: its queue entry is written all the same, and a
   *   worker that comes to it finds nothing to do.
   * @throws why it is not admitted, or whatever the database throws; then nothing of the job is there.
   */
  add(job: NewJob): Promise<Job | null> {
    return new Promise((made, failed) => {
      this.#waiting.push({ job, made, failed });
      if (this.#waiting.length === 1) setImmediate(() => this.#flush());
    });
  }

  #flush(): void {
    const all = this.#waiting;
    this.#waiting = [];
    for (let first = 0; first < all.length; first += mostAtOnce) {
      const some = all.slice(first, first + mostAtOnce);
      this.#last = this.#last
        .then(() => this.#settle(some))
        .catch((thrown: unknown) => {
          for (const { failed } of some) failed(thrown);
        });
    }
  }

  async #settle(some: readonly Waiting[]): Promise<void> {
    const refusals = await this.#admit(some.map(({ job }) => job));
    const admitted = some.filter(({ failed }, at) => {
      const refusal = refusals[at];
      if (refusal !== null) failed(refusal);
      return refusal === null;
    });
    if (admitted.length > 0) await this.#writeAll(admitted);
  }

  async #writeAll(some: readonly Waiting[]): Promise<void> {
    const entries = await this.#queue.entries(
      some.map(({ job: { jobId, ticket } }) => ({ jobId, priority: ticket.priority })),
    );
    const [rows] = await this.#write([{ text: insertJobs, value: toJson(some) }, entries]);
    const created = new Map(rows.map((row) => [row.job_id, row.created_at]));
    for (const { job, made } of some) {
      const createdAt = created.get(job.jobId);
      made(createdAt instanceof Date ? toJob(job, createdAt) : null);
    }
  }
}

function toJson(some: readonly Waiting[]): Statement['value'] {
  const rows = some.map(({ job: { jobId, request, ticket } }) => ({
    job_id: jobId,
    case_id: request.caseId,
    engine: request.engine,
    engine_version: request.engineVersion,
    preset: request.preset,
    options: request.options,
    priority: ticket.priority,
    client: ticket.client,
    submission_key: ticket.submissionKey,
  }));
  return JSON.stringify(rows);
}

/** As the table has it, without reading it again. */
function toJob({ jobId, request, ticket }: NewJob, createdAt: Date): Job {
  const { caseId, engine, engineVersion, preset, options } = request;
  return {
    jobId,
    caseId,
    engine,
    engineVersion,
    preset,
    options: [...options],
    version: 1,
    priority: ticket.priority,
    status: 'pending',
    progress: 0,
    progressMessage: waiting,
    stage: null,
    error: null,
    createdAt,
    startedAt: null,
    finishedAt: null,
  };
}

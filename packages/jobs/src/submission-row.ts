import { z } from 'zod';
import { isJobId, type Job, type JobRequest } from './job.ts';
import { type Ticket, waiting } from './job-table.ts';

export type NewJob = { readonly jobId: string; readonly request: JobRequest; readonly ticket: Ticket };

/** A new job as the journal keeps it and the database takes it. */
export const SubmissionRow = z.object({
  job_id: z.string().refine(isJobId),
  case_id: z.string(),
  engine: z.string(),
  engine_version: z.string(),
  preset: z.string(),
  options: z.array(z.string()),
  priority: z.enum(['interactive', 'batch']),
  client: z.string().nullable(),
  submission_key: z.string().nullable(),
  /** Journals of before jobs belonged to anybody have neither. */
  owner: z.string().nullable().default(null),
  owner_groups: z.array(z.string()).default([]),
  /** ISO 8601 to the microsecond: jobs get their turn in the order in which they came. */
  created_at: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
});
export type SubmissionRow = z.infer<typeof SubmissionRow>;

export const insertRows = `
  INSERT INTO atoll.jobs (
    job_id, case_id, engine, engine_version, preset, options,
    priority, client, submission_key, owner, owner_groups, status, progress_message, created_at
  )
  SELECT
    job_id, case_id, engine, engine_version, preset, options,
    priority, client, submission_key, owner, owner_groups, 'pending', '${waiting}', created_at
  FROM json_to_recordset($1::text::json) AS job (
    job_id text, case_id text, engine text, engine_version text, preset text, options text[],
    priority text, client text, submission_key text, owner text, owner_groups text[], created_at timestamptz
  )
  ON CONFLICT DO NOTHING
  RETURNING job_id`;

export function toRow({ jobId, request, ticket }: NewJob, createdAt: string): SubmissionRow {
  return {
    job_id: jobId,
    case_id: request.caseId,
    engine: request.engine,
    engine_version: request.engineVersion,
    preset: request.preset,
    options: [...request.options],
    priority: ticket.priority,
    client: ticket.client,
    submission_key: ticket.submissionKey,
    owner: ticket.owner?.id ?? null,
    owner_groups: [...(ticket.owner?.groups ?? [])],
    created_at: createdAt,
  };
}

/** As the table will have it. */
export function toJob(row: SubmissionRow): Job {
  return {
    jobId: row.job_id,
    caseId: row.case_id,
    engine: row.engine,
    engineVersion: row.engine_version,
    preset: row.preset,
    options: row.options,
    version: 1,
    priority: row.priority,
    status: 'pending',
    progress: 0,
    progressMessage: waiting,
    stage: null,
    error: null,
    createdAt: new Date(row.created_at),
    startedAt: null,
    finishedAt: null,
    revisions: 0,
    owner: row.owner === null ? null : { id: row.owner, groups: row.owner_groups },
  };
}

/** Tells moments apart that the clock does not: a thousand in each of its milliseconds. */
export class FineClock {
  #last = 0;
  #count = 0;

  now(): string {
    const now = Date.now();
    this.#count = now === this.#last ? Math.min(999, this.#count + 1) : 0;
    this.#last = now;
    return `${new Date(now).toISOString().slice(0, -1)}${String(this.#count).padStart(3, '0')}Z`;
  }
}

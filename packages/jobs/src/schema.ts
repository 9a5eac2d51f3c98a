import { boolean, integer, pgSchema, text, timestamp } from './drizzle.ts';

const atoll = pgSchema('atoll');
const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** One row a job. The queue's own entry has the same id, written as a UUID. */
export const jobs = atoll.table('jobs', {
  jobId: text('job_id').primaryKey(),
  caseId: text('case_id').notNull(),
  engine: text('engine').notNull(),
  preset: text('preset').notNull(),
  fastMode: boolean('fast_mode').notNull(),
  status: text('status', { enum: ['pending', 'running', 'completed', 'failed', 'cancelled'] }).notNull(),
  progress: integer('progress').notNull().default(0),
  progressMessage: text('progress_message').notNull(),
  stage: text('stage'),
  /** Which of the queue's attempts holds the job; a stale attempt changes nothing. */
  attempt: integer('attempt').notNull().default(0),
  errorCode: text('error_code'),
  errorMessage: text('error_message'),
  createdAt: moment('created_at').notNull().defaultNow(),
  startedAt: moment('started_at'),
  finishedAt: moment('finished_at'),
});

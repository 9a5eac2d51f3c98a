import { auditActions, auditWays } from '@atoll/access/audit-entry';
import { roles, scopes } from '@atoll/access/standing';
import { bigint, doublePrecision, integer, pgSchema, text, timestamp } from './drizzle.ts';
import { studyStates } from './received-study.ts';

const atoll = pgSchema('atoll');
const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** One row a job. The queue's own entry has the same id, written as a UUID. */
export const jobs = atoll.table('jobs', {
  jobId: text('job_id').primaryKey(),
  caseId: text('case_id').notNull(),
  engine: text('engine').notNull(),
  preset: text('preset').notNull(),
  options: text('options').array().notNull().default([]),
  status: text('status', { enum: ['pending', 'running', 'completed', 'failed', 'cancelled'] }).notNull(),
  progress: integer('progress').notNull().default(0),
  progressMessage: text('progress_message').notNull(),
  stage: text('stage'),
  /** Which of the queue's attempts holds the job; a stale attempt changes nothing. */
  attempt: integer('attempt').notNull().default(0),
  /** Counts the row's changes; a trigger does. */
  version: integer('version').notNull().default(1),
  engineVersion: text('engine_version').notNull(),
  priority: text('priority', { enum: ['interactive', 'batch'] }).notNull(),
  /** Who submitted it, as a hash that says nothing else. */
  client: text('client'),
  /** The submitter's own random key of the submission. */
  submissionKey: text('submission_key'),
  errorCode: text('error_code'),
  errorMessage: text('error_message'),
  createdAt: moment('created_at').notNull().defaultNow(),
  startedAt: moment('started_at'),
  finishedAt: moment('finished_at'),
  /** How many there are of its result, which is the number of the newest. */
  revisions: integer('revisions').notNull().default(0),
  /** Account that it belongs to; null where nobody signs in. */
  owner: text('owner'),
  /** Groups whose members may see it. */
  ownerGroups: text('owner_groups').array().notNull().default([]),
});

/** What readers made of results. */
export const revisions = atoll.table('revisions', {
  revisionId: text('revision_id').primaryKey(),
  jobId: text('job_id').notNull(),
  number: integer('number').notNull(),
  parent: integer('parent').notNull(),
  author: text('author').notNull(),
  note: text('note').notNull(),
  verdict: text('verdict', { enum: ['accepted', 'corrected', 'rejected'] }).notNull(),
  maskSha256: text('mask_sha256').notNull(),
  volumeMl: doublePrecision('volume_ml').notNull(),
  lesionCount: integer('lesion_count').notNull(),
  createdAt: moment('created_at').notNull(),
});

/** One row: which database this is. */
export const identity = atoll.table('identity', { databaseId: text('database_id').notNull() });

/** Ids of jobs that are gone by their age. */
export const expiredJobs = atoll.table('expired_jobs', {
  jobId: text('job_id').primaryKey(),
  expiredAt: moment('expired_at').notNull().defaultNow(),
});

/** Ids of uploaded cases that are gone by their age. */
export const expiredCases = atoll.table('expired_cases', {
  caseId: text('case_id').primaryKey(),
  expiredAt: moment('expired_at').notNull().defaultNow(),
});

/** Processes that run jobs, each with how many at once. */
export const workers = atoll.table('workers', {
  workerId: text('worker_id').primaryKey(),
  slots: integer('slots').notNull(),
  seenAt: moment('seen_at').notNull().defaultNow(),
});

/** Tokens for scripts. */
export const tokens = atoll.table('tokens', {
  tokenId: text('token_id').primaryKey(),
  hash: text('hash').notNull(),
  label: text('label').notNull(),
  userId: text('user_id').notNull(),
  groups: text('groups').array().notNull(),
  role: text('role', { enum: [...roles] }).notNull(),
  scopes: text('scopes', { enum: [...scopes] })
    .array()
    .notNull(),
  createdAt: moment('created_at').notNull(),
  expiresAt: moment('expires_at').notNull(),
  revokedAt: moment('revoked_at'),
});

/** Links to results. */
export const shares = atoll.table('shares', {
  shareId: text('share_id').primaryKey(),
  hash: text('hash').notNull(),
  jobId: text('job_id').notNull(),
  caseId: text('case_id').notNull(),
  madeBy: text('made_by').notNull(),
  createdAt: moment('created_at').notNull(),
  expiresAt: moment('expires_at').notNull(),
  revokedAt: moment('revoked_at'),
});

/** People who signed in with a browser. */
export const sessions = atoll.table('sessions', {
  hash: text('hash').primaryKey(),
  userId: text('user_id').notNull(),
  name: text('name').notNull(),
  groups: text('groups').array().notNull(),
  sealed: text('sealed'),
  createdAt: moment('created_at').notNull(),
  expiresAt: moment('expires_at').notNull(),
  endsAt: moment('ends_at').notNull(),
  renewAt: moment('renew_at'),
});

/** Who did what. */
export const audit = atoll.table('audit', {
  number: bigint('number', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  at: moment('at').notNull(),
  who: text('who').notNull(),
  way: text('way', { enum: [...auditWays] }).notNull(),
  action: text('action', { enum: [...auditActions] }).notNull(),
  subject: text('subject'),
});

/** Examinations that archives and scanners sent. */
export const studies = atoll.table('studies', {
  studyId: text('study_id').primaryKey(),
  studyUid: text('study_uid').notNull(),
  owner: text('owner'),
  ownerGroups: text('owner_groups').array().notNull().default([]),
  state: text('state', { enum: [...studyStates] }).notNull(),
  /** Who holds an old one changes nothing. */
  turn: integer('turn').notNull().default(0),
  round: integer('round').notNull().default(1),
  attempts: integer('attempts').notNull().default(0),
  receivedAt: moment('received_at').notNull().defaultNow(),
  dueAt: moment('due_at'),
  heldUntil: moment('held_until'),
  caseId: text('case_id'),
  jobId: text('job_id'),
  fingerprint: text('fingerprint'),
  sources: text('sources').array().notNull().default([]),
  errorCode: text('error_code'),
});

/** Their files. */
export const studyInstances = atoll.table('study_instances', {
  studyId: text('study_id').notNull(),
  sopUid: text('sop_uid').notNull(),
  fileId: text('file_id').notNull(),
  sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
});

/** Their results on the way back. */
export const studyDeliveries = atoll.table('study_deliveries', {
  studyId: text('study_id').notNull(),
  jobId: text('job_id').notNull(),
  archive: text('archive').notNull(),
  state: text('state', { enum: ['waiting', 'sent', 'given-up'] }).notNull(),
  attempts: integer('attempts').notNull().default(0),
  dueAt: moment('due_at').notNull().defaultNow(),
  errorCode: text('error_code'),
});

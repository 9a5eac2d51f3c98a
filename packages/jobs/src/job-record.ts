import { isErrorCode } from '@atoll/errors/catalogue';
import { z } from 'zod';
import { isJobId } from './job.ts';

const moment = z.iso.datetime().transform((text) => new Date(text));

/** A revision as an archive has it, under its job. */
const RevisionRecord = z
  .object({
    revisionId: z.string().refine(isJobId, 'an id of 32 hexadecimal digits is needed'),
    number: z.int().positive(),
    parent: z.int().nonnegative(),
    author: z.string(),
    note: z.string(),
    verdict: z.enum(['accepted', 'corrected', 'rejected']),
    maskSha256: z.string(),
    volumeMl: z.number(),
    lesionCount: z.int(),
    createdAt: moment,
  })
  .refine(({ number, parent }) => parent < number, 'a revision comes after its parent');

/** A job as an archive has it: its row, without what only this queue's run of it needs. */
export const JobRecord = z.object({
  jobId: z.string().refine(isJobId, 'a job id is needed'),
  caseId: z.string(),
  engine: z.string(),
  engineVersion: z.string(),
  preset: z.string(),
  /** Archives of before there were options have none. */
  options: z.array(z.string()).default([]),
  priority: z.enum(['interactive', 'batch']),
  status: z.enum(['pending', 'completed', 'failed', 'cancelled']),
  progress: z.int().min(0).max(100),
  progressMessage: z.string(),
  errorCode: z.string().refine(isErrorCode).nullable(),
  errorMessage: z.string().nullable(),
  createdAt: moment,
  startedAt: moment.nullable(),
  finishedAt: moment.nullable(),
  /** Archives of before there were revisions have none. */
  revisions: z
    .array(RevisionRecord)
    .refine((all) => all.every(({ number }, at) => number === at + 1), 'revisions are numbered without a gap')
    .default([]),
  /** Account that it belongs to; archives of before there were accounts have none. */
  owner: z.string().nullable().default(null),
  ownerGroups: z.array(z.string()).default([]),
});
export type JobRecord = z.infer<typeof JobRecord>;

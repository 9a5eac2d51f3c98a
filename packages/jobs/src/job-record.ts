import { isErrorCode } from '@atoll/errors/catalogue';
import { z } from 'zod';
import { isJobId } from './job.ts';

const moment = z.iso.datetime().transform((text) => new Date(text));

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
});
export type JobRecord = z.infer<typeof JobRecord>;

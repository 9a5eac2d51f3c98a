import { Worker } from 'node:worker_threads';
import type { ErrorCode } from '@atoll/errors/catalogue';
import { AtollError } from '@atoll/errors/error';
import type { ReportRequest } from '@atoll/report/report-files';
import { runErrand } from '@atoll/threads/errand';
import { handOfThread } from '@atoll/threads/node-hand';

export type ReportTask = Pick<ReportRequest, 'report' | 'subject'> & {
  readonly files: NonNullable<ReportRequest['files']>;
};

export type ReportAnswer =
  | { readonly kind: 'done'; readonly files: ReadonlyMap<string, Uint8Array> }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string };

/** Many times what the largest images take. */
const timeLimitMs = 120_000;

/**
 * A result as people read it, by file names, made in a thread of its own: it takes a second or so of a core.
 * @throws AtollError IMAGE_*, JOB_CANCELLED
 */
export function readableReport(task: ReportTask): Promise<ReadonlyMap<string, Uint8Array>> {
  return runErrand<ReportAnswer, ReadonlyMap<string, Uint8Array>>(() => handOfThread(start()), {
    task,
    read: (answer) =>
      answer.kind === 'done'
        ? { done: answer.files }
        : { failed: new AtollError(answer.code, answer.message) },
    cancelled: () => new AtollError('JOB_CANCELLED'),
    crashed: (cause) => new AtollError('INTERNAL', undefined, { cause }),
    limit: { ms: timeLimitMs, passed: () => new AtollError('SERVICE_BUSY') },
  });
}

function start(): Worker {
  return new Worker(new URL('./report-thread.ts', import.meta.url), {
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  });
}

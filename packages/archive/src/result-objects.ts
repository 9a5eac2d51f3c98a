import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { Report } from '@atoll/contract/report';
import { type UidOf, uidOfHash } from '@atoll/dicom/seg/uid';
import type { ErrorCode } from '@atoll/errors/catalogue';
import { AtollError } from '@atoll/errors/error';
import type { StudyFiles } from '@atoll/report/report-files';
import { runErrand } from '@atoll/threads/errand';
import { handOfThread } from '@atoll/threads/node-hand';

export type ObjectsTask = {
  readonly jobId: string;
  readonly report: Report;
  readonly study: StudyFiles;
  /** Paths of the DICOM files of the series that the DWI was made of. */
  readonly sources: readonly string[];
  /** When the result was there: the objects say that they were made then. */
  readonly madeAt: Date;
};

export type ObjectsAnswer =
  | { readonly kind: 'done'; readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>> }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string };

const timeLimitMs = 5 * 60_000;

/**
 * A result as it goes to an archive, by file names: segmentation, measurements and report as DICOM, in the study of the
 * images. Made again of the same job they have the same UIDs, so that an archive that has them keeps one of each. In a
 * thread of its own: it takes seconds of a core.
 * @throws AtollError SEG_*, DICOM_*, IMAGE_*, JOB_CANCELLED
 */
export function resultObjects(
  task: ObjectsTask,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> {
  return runErrand<ObjectsAnswer, ReadonlyMap<string, Uint8Array<ArrayBuffer>>>(
    () => handOfThread(start(task)),
    {
      signal,
      read: (answer) =>
        answer.kind === 'done'
          ? { done: answer.files }
          : { failed: new AtollError(answer.code, answer.message) },
      cancelled: () => new AtollError('JOB_CANCELLED'),
      crashed: (cause) => new AtollError('INTERNAL', undefined, { cause }),
      limit: { ms: timeLimitMs, passed: () => new AtollError('SERVICE_BUSY') },
    },
  );
}

function start(task: ObjectsTask): Worker {
  return new Worker(new URL('./result-thread.ts', import.meta.url), {
    workerData: task,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  });
}

/** The UIDs of one of a job’s objects: of nobody else’s, and the same whenever it is written. */
export function uidsOf(jobId: string, kind: string): UidOf {
  return (part) => uidOfHash(createHash('sha256').update(`${jobId} ${kind} ${part}`).digest());
}

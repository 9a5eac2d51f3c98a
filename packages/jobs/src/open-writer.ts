import { type AdmissionLimits, admission } from './admission.ts';
import type { DataFolder } from './data-folder.ts';
import type { Database } from './database.ts';
import type { JobCounts } from './job-counts.ts';
import type { JobWriter } from './job-writer.ts';
import type { OwnershipTable } from './ownership-table.ts';
import type { PendingGauge } from './pending-gauge.ts';
import type { Queue } from './queue.ts';
import { SharedWriter } from './shared-writer.ts';
import { SubmissionBatch } from './submission-batch.ts';
import { SubmissionJournal } from './submission-journal.ts';

export type WriterParts = {
  readonly database: Database;
  readonly folder: DataFolder;
  readonly queue: Queue;
  readonly counts: JobCounts;
  readonly ownership: Pick<OwnershipTable, 'everKnown'>;
  readonly gauge: PendingGauge;
  readonly limits: AdmissionLimits;
  readonly onError: (error: unknown) => void;
  readonly onWarning: (sentence: string) => void;
};

/**
 * How new jobs are written into this database: by a journal where this process has it to itself, and each in its own
 * transaction where it does not. What a killed process left in the journal is written first.
 * @param opening closes what this opens.
 */
export async function openWriter(parts: WriterParts, opening: AsyncDisposableStack): Promise<JobWriter> {
  const { database, folder, queue, counts, ownership, gauge, limits, onError, onWarning } = parts;
  if (database.atOnce === null) return new SharedWriter({ database, queue, gauge, limits });
  const journal = new SubmissionJournal(folder.database);
  opening.defer(() => journal.close());
  const counted = {
    counts: () => batch.written().then(() => counts.counts()),
    pendingOf: (client: string) => batch.written().then(() => counts.pendingOf(client)),
  };
  const admit = admission(counted, gauge, limits);
  const batch = new SubmissionBatch({ write: database.atOnce, queue, journal, admit, onError });
  opening.defer(() => batch.close());
  for (const path of await batch.recover((ids) => ownership.everKnown(ids))) {
    onWarning(`Submissions in ${path} cannot be read; what can be was taken over, and the file kept.`);
  }
  return batch;
}

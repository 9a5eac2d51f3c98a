import { Report as ReportSchema } from '@atoll/contract/report';
import type { Report } from '@atoll/engines/report';
import type { ReportSubject } from '@atoll/report/content';
import { type StudyFiles, writeReport } from '@atoll/report/report-files';

/** A result that nobody has reviewed as people read it, by file names. @throws AtollError IMAGE_* */
export function readableReport(
  report: Report,
  files: StudyFiles,
  subject: ReportSubject,
): Promise<ReadonlyMap<string, Uint8Array>> {
  return writeReport({ report: ReportSchema.parse(report), review: null, subject, files });
}

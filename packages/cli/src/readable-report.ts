import { Report as ReportSchema } from '@atoll/contract/report';
import type { Report } from '@atoll/engines/report';
import { dicomDocuments } from '@atoll/report/dicom-files';
import { pdfFileName } from '@atoll/report/file-names';
import { type ReportRequest, type StudyFiles, writeReport } from '@atoll/report/report-files';
import type { ReportSubject } from '@atoll/report/subject';

/** A result, or a revision of one, as people read it, by file names. @throws AtollError IMAGE_* */
export function readableReport(
  report: Report,
  files: StudyFiles,
  subject: ReportSubject,
  further: Pick<ReportRequest, 'wantsThumbnail' | 'reviews'> = {},
): Promise<ReadonlyMap<string, Uint8Array>> {
  return writeReport({ report: ReportSchema.parse(report), subject, files, ...further });
}

/**
 * The same as DICOM documents beside the segmentation of the mask.
 * @param readable of {@link readableReport}; null where none was wanted.
 */
export function documentsOf(
  report: Report,
  subject: ReportSubject,
  segmentation: Uint8Array,
  readable: ReadonlyMap<string, Uint8Array> | null,
): ReadonlyMap<string, Uint8Array> {
  const pdf = readable?.get(pdfFileName) ?? null;
  return dicomDocuments({
    report: ReportSchema.parse(report),
    subject,
    segmentation,
    pdf,
  });
}

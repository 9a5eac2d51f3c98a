import type { BidsCase } from '@atoll/cases/bids/scan';
import type { Report } from '@atoll/engines/report';
import type { Review as ReportedReview } from '@atoll/report/standing';
import type { ReportSubject } from '@atoll/report/subject';
import type { CaseFiles } from '@atoll/volume/case-files';
import { readableReport } from '../readable-report.ts';
import type { Derivative } from './derivative.ts';
import { caseNames } from './derivative-names.ts';
import { raterOf } from './rater.ts';
import { currentReviews } from './reader-agreement.ts';
import type { Review } from './review-table.ts';

type SubjectPage = {
  readonly derivative: Derivative;
  readonly found: BidsCase;
  /** Its images. */
  readonly files: Pick<CaseFiles, 'dwi' | 'adc' | 'flair'>;
};

/**
 * Writes the report of the engine's mask as people read it, with what readers made of the mask.
 * @throws AtollError IMAGE_*, FILE_UNWRITABLE, FILE_UNREADABLE
 */
export async function writeSubjectPage(
  { derivative, found, files }: SubjectPage,
  report: Report,
  maskFile: Uint8Array,
): Promise<void> {
  const engineMaskSha256 = report.provenance.outputSha256;
  const reviews = currentReviews(await derivative.reviews.read(), { found, engineMaskSha256 });
  const reported = reviews.flatMap((each) => reportedReview(derivative, found, each));
  const study = { dwi: files.dwi, adc: files.adc, flair: files.flair, mask: maskFile };
  const readable = await readableReport(report, study, subjectOf(found), {
    wantsThumbnail: true,
    reviews: reported,
  });
  await derivative.results.writeReadable(found, readable);
}

/** The same of a mask that a reader corrected. @throws as `writeSubjectPage` */
export async function writeCorrectedPage(
  { derivative, found, files }: SubjectPage,
  rater: string,
): Promise<void> {
  const by = raterOf(rater);
  const [report, maskFile] = await Promise.all([
    derivative.reviewed.readReport(found, by),
    derivative.reviewed.read(found, by),
  ]);
  if (report === null || maskFile === null) return;
  const study = { dwi: files.dwi, adc: files.adc, flair: files.flair, mask: maskFile };
  const readable = await readableReport(report, study, subjectOf(found));
  await derivative.results.writeReadable(found, readable, by.desc);
}

function reportedReview(
  derivative: Derivative,
  found: BidsCase,
  { verdict, rater, note, date }: Review,
): ReportedReview[] {
  if (verdict === null) return [];
  const review = { verdict, author: rater, note, at: date };
  if (verdict !== 'corrected') return [review];
  return [{ ...review, insteadOfIt: caseNames(derivative.root, found, raterOf(rater).desc).mask }];
}

/** A case by its name in the data set. */
function subjectOf({ id }: BidsCase): ReportSubject {
  return { label: id, studyDate: null };
}

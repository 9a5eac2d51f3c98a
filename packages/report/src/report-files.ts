import type { Report } from '@atoll/contract/report';
import { readNifti, readNiftiMask } from '@atoll/volume/nifti-read';
import { contentOf } from './content.ts';
import { htmlFileName, pdfFileName, thumbnailFileName } from './file-names.ts';
import { writeHtml } from './html.ts';
import { writePdf } from './pdf.ts';
import { drawImages, drawThumbnail, type StudyImages } from './pictures.ts';
import type { Review } from './standing.ts';
import type { ReportSubject } from './subject.ts';

/** The files that a result came from and that it left: NIfTI, packed or not. */
export type StudyFiles = {
  readonly dwi: Uint8Array;
  readonly adc: Uint8Array;
  readonly flair?: Uint8Array | undefined;
  readonly mask: Uint8Array;
  /** Which volume of a 4D DWI, from 0. */
  readonly dwiVolume?: number | undefined;
};

export type ReportRequest = {
  readonly report: Report;
  readonly subject: ReportSubject;
  /** null where they are not at hand: the report has no pictures then, and says so. */
  readonly files: StudyFiles | null;
  /** A small picture as well, for a list of results. */
  readonly wantsThumbnail?: boolean;
  /** What readers made of the engine's own mask, where that is kept beside it. */
  readonly reviews?: readonly Review[] | undefined;
};

/**
 * A result as people read it: one HTML file and a PDF of the same content. Runs in browsers and in Node; takes a
 * second or so of a core.
 * @throws AtollError IMAGE_*
 */
export async function writeReport(request: ReportRequest): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const { report, subject, files, reviews } = request;
  const study = files === null ? null : await readStudy(files);
  const images = study === null ? null : drawImages(study, report);
  const content = contentOf({ report, subject, images, reviews });
  const written = new Map([
    [htmlFileName, new TextEncoder().encode(writeHtml(content))],
    [pdfFileName, await writePdf(content)],
  ]);
  if (study !== null && request.wantsThumbnail === true) written.set(thumbnailFileName, drawThumbnail(study));
  return written;
}

async function readStudy(files: StudyFiles): Promise<StudyImages> {
  const { dwiVolume } = files;
  const dwi = await readNifti(files.dwi, dwiVolume === undefined ? {} : { volumeIndex: dwiVolume });
  const adc = await readNifti(files.adc);
  const flair = files.flair === undefined ? null : await readNifti(files.flair);
  const mask = await readNiftiMask(files.mask);
  return { dwi, adc, flair, mask };
}

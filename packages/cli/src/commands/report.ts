import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Report, Report as ReportSchema } from '@atoll/contract/report';
import { maskFileName, reportFileName, segmentationFileName } from '@atoll/engines/result-files';
import { sha256 } from '@atoll/engines/sha256';
import { AtollError } from '@atoll/errors/error';
import { pdfFileName } from '@atoll/report/file-names';
import type { ReportRequest, StudyFiles } from '@atoll/report/report-files';
import { Command, InvalidArgumentError } from 'commander';
import { UsageError } from '../exit.ts';
import { untilInterrupted } from '../interrupt.ts';
import { writeFiles } from '../output-folder.ts';
import { readResult } from '../result-folder.ts';
import { findResultImages } from '../result-inputs.ts';
import { parseIndex } from './segment-options.ts';

type Options = {
  readonly dwi?: string;
  readonly adc?: string;
  readonly flair?: string;
  readonly dwiVolume?: number;
  readonly label?: string;
  readonly studyDate?: string;
};

const examples = `
Examples:
  atoll report result/ --dwi dwi.nii.gz --adc adc.nii.gz
  atoll report result/ --label "case 7" --study-date 2026-03-02

The pictures are drawn from the images: those that are named, those in the folder (dwi.nii.gz, adc.nii.gz), or those
that atoll segment was given, if they are the ones that the mask was made of. Without images the report has none, and
says so.
Beside a lesion_seg.dcm the DICOM documents (lesion_sr.dcm, lesion_pdf.dcm) are written again as well.`;

export function reportCommand(): Command {
  return new Command('report')
    .description('write the readable report of a result again: report.html and report.pdf')
    .argument('<folder>', 'a result: lesion_msk.nii.gz and report.json')
    .option('--dwi <file>', 'the DWI that the mask was made of')
    .option('--adc <file>', 'the ADC that the mask was made of')
    .option('--flair <file>', 'the FLAIR, if one was used')
    .option('--dwi-volume <n>', 'which volume of a 4D DWI, from 0', parseIndex)
    .option('--label <text>', 'what the case is called in the report, such as a pseudonym')
    .option('--study-date <date>', 'date of the examination, such as 2026-03-02', parseDate)
    .addHelpText('after', examples)
    .action(writeAgain);
}

async function writeAgain(folder: string, options: Options): Promise<void> {
  const { label = null, studyDate = null } = options;
  const { mask, report: read } = await readResult(folder);
  const report = ReportSchema.parse(read);
  if ((await sha256(mask)) !== report.provenance.outputSha256) {
    throw new AtollError(
      'FILE_UNREADABLE',
      `${maskFileName} is not the mask that ${reportFileName} is about.`,
    );
  }
  const files = await studyOf(folder, options, report, mask);
  const request: ReportRequest = { report, subject: { label, studyDate }, files };
  const { writeReport } = await import('@atoll/report/report-files');
  const written = await writeReport(request);
  const segmentation = await readFile(join(folder, segmentationFileName)).catch(() => null);
  if (segmentation !== null) {
    const { dicomDocuments } = await import('@atoll/report/dicom-files');
    const pdf = written.get(pdfFileName) ?? null;
    for (const [name, bytes] of dicomDocuments({ ...request, segmentation, pdf })) written.set(name, bytes);
  }
  await writeFiles(folder, written);
  if (files === null)
    process.stderr.write('No images were found beside the result, so that the report has no pictures.\n');
  for (const name of written.keys()) process.stdout.write(`${join(folder, name)}\n`);
}

/** The images, named, in the folder, or named by it; null where there are none. @throws AtollError, UsageError */
async function studyOf(
  folder: string,
  { dwi, adc, flair, dwiVolume }: Options,
  { provenance }: Report,
  mask: Uint8Array,
): Promise<StudyFiles | null> {
  if ((dwi === undefined) !== (adc === undefined)) throw new UsageError('both --dwi and --adc are needed');
  // A picture of another patient under this one's mask would be worse than none: they are held against their hashes.
  const images = await findResultImages(
    folder,
    { dwi, adc, flair, dwiVolume },
    provenance.inputSha256,
    untilInterrupted(),
  );
  if (images === null) return null;
  const { files } = images;
  return { dwi: files.dwi, adc: files.adc, flair: files.flair, mask, dwiVolume: images.dwiVolume };
}

function parseDate(text: string): string {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
  if (isDate) return text;
  throw new InvalidArgumentError('It must be a date such as 2026-03-02.');
}

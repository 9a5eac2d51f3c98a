import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Report } from '@atoll/contract/report';
import { maskFileName, reportFileName, segmentationFileName } from '@atoll/engines/result-files';
import { sha256 } from '@atoll/engines/sha256';
import { AtollError } from '@atoll/errors/error';
import { pdfFileName } from '@atoll/report/file-names';
import type { ReportRequest, StudyFiles } from '@atoll/report/report-files';
import { Command, InvalidArgumentError } from 'commander';
import { UsageError } from '../exit.ts';
import { readImageFile } from '../image-file.ts';
import { writeFiles } from '../output-folder.ts';
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

The pictures are drawn from the images: those of the folder (dwi.nii.gz, adc.nii.gz), or those that are named, if they
are the ones that the mask was made of. Without images the report has none, and says so.
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
  const report = await readReport(folder);
  const mask = await readImageFile(join(folder, maskFileName));
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

/** @throws AtollError FILE_UNREADABLE */
async function readReport(folder: string): Promise<Report> {
  const path = join(folder, reportFileName);
  try {
    return Report.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new AtollError('FILE_UNREADABLE', `${path} is no report of Atoll’s.`, { cause });
  }
}

/** The images, named or in the folder; null where there are none. @throws AtollError, UsageError */
async function studyOf(
  folder: string,
  { dwi, adc, flair, dwiVolume }: Options,
  { provenance }: Report,
  mask: Uint8Array,
): Promise<StudyFiles | null> {
  const paths = { dwi: dwi ?? beside(folder, 'dwi'), adc: adc ?? beside(folder, 'adc') };
  if (paths.dwi === null && paths.adc === null) return null;
  if (paths.dwi === null || paths.adc === null) throw new UsageError('both --dwi and --adc are needed');
  const open = async (role: 'dwi' | 'adc' | 'flair', path: string) => {
    const bytes = await readImageFile(path);
    // A picture of another patient under this one's mask would be worse than none.
    if ((await sha256(bytes)) !== provenance.inputSha256[role]) {
      throw new AtollError('FILE_UNREADABLE', `${path} is not the image that the mask was made of.`);
    }
    return bytes;
  };
  const flairPath = flair ?? (provenance.inputSha256.flair === undefined ? null : beside(folder, 'flair'));
  return {
    dwi: await open('dwi', paths.dwi),
    adc: await open('adc', paths.adc),
    ...(flairPath === null ? {} : { flair: await open('flair', flairPath) }),
    mask,
    dwiVolume,
  };
}

function beside(folder: string, role: string): string | null {
  const paths = [`${role}.nii.gz`, `${role}.nii`].map((name) => join(folder, name));
  return paths.find((path) => existsSync(path)) ?? null;
}

function parseDate(text: string): string {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
  if (isDate) return text;
  throw new InvalidArgumentError('It must be a date such as 2026-03-02.');
}

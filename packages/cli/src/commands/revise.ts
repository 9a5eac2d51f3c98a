import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Verdict } from '@atoll/contract/report';
import { RevisionRequest } from '@atoll/contract/revisions';
import type { Report } from '@atoll/engines/report';
import {
  brainFileName,
  maskFileName,
  reportFileName,
  segmentationFileName,
} from '@atoll/engines/result-files';
import { Command, Option } from 'commander';
import { UsageError } from '../exit.ts';
import { readImageFile } from '../image-file.ts';
import { untilInterrupted } from '../interrupt.ts';
import { ensureWritable, writeFiles } from '../output-folder.ts';
import { placingWish } from '../placing.ts';
import { describeReport } from '../report-text.ts';
import { ownFile, readResult } from '../result-folder.ts';

type Options = {
  readonly mask?: string;
  readonly of: string;
  readonly author: string;
  readonly verdict: Verdict;
  readonly note: string;
  readonly parent?: string;
  readonly dwi?: string;
  readonly adc?: string;
  readonly reference?: string;
  readonly dicom?: string;
  readonly report: boolean;
  readonly json?: boolean;
};

const help = `
Examples:
  atoll revise --mask edited.nii.gz --of result --author "A. Reader"
  atoll revise --verdict accepted --of result --author "A. Reader"
  atoll revise --mask edited.nii.gz --of result --author "A. Reader" --dicom export

The result is a folder that "atoll segment --out" wrote, or the unpacked ZIP of a result of the service. The mask lies
on the grid of its DWI, as ITK-SNAP, 3D Slicer or FSLeyes save it: NIfTI or MetaImage, one label besides 0, axes in any
order. A mask on another grid is refused.

Writes revision-1 (then revision-2, and so on) into the folder of the result, with mask and report made anew from it;
the engine's own mask stays as it is. What is revised is the newest of them, or with --parent 0 the engine's own.`;

export function reviseCommand(): Command {
  return new Command('revise')
    .description(
      'accept, correct or reject a result: a mask that was edited elsewhere becomes a revision of it',
    )
    .requiredOption('--of <folder>', 'the result that was looked at')
    .requiredOption('--author <name>', 'who stands behind it')
    .option('--mask <file>', 'the edited mask, NIfTI or MetaImage; with --verdict corrected')
    .addOption(
      new Option('--verdict <verdict>', 'what was made of the result')
        .choices(['corrected', 'accepted', 'rejected'])
        .default('corrected'),
    )
    .option('--note <text>', 'what was changed, and why', '')
    .option(
      '--parent <n>',
      'the revision that was edited, 0 for the engine’s own mask; the newest if not given',
    )
    .option('--dwi <file>', 'the DWI of the result, where its folder does not say which')
    .option('--adc <file>', 'its ADC')
    .option('--reference <file>', 'an expert’s mask to compare with')
    .option('--dicom <path>', 'folder or ZIP with the DICOM series, to write lesion_seg.dcm as well')
    .option('--no-report', 'write no report.html and no report.pdf')
    .option('--json', 'print the report on stdout, and nothing else there')
    .addHelpText('after', help)
    .action(revise);
}

async function revise(options: Options): Promise<void> {
  const { author, note, verdict } = readReview(options);
  if ((options.mask === undefined) === (verdict === 'corrected')) {
    throw new UsageError('a corrected result needs --mask, and one that is accepted or rejected has none');
  }
  if ((options.dwi === undefined) !== (options.adc === undefined)) {
    throw new UsageError('give both --dwi and --adc, or neither');
  }
  const [{ reviseSegmentation }, { readResultImages }] = await Promise.all([
    import('@atoll/engines/revise'),
    import('../result-inputs.ts'),
  ]);
  const signal = untilInterrupted();
  const { of: folder } = options;
  const engine = await readResult(folder);
  const newest = await newestRevision(folder);
  const parent = parentOf(options, newest);
  const number = newest + 1;
  const out = join(folder, `revision-${number}`);
  await ensureWritable(folder);
  const images = await readResultImages(folder, options, engine.report.provenance.inputSha256, signal);
  const brain = await readFile(await ownFile(folder, brainFileName)).catch(() => undefined);
  const revised = await reviseSegmentation({
    files: { ...images.files, brain },
    dwiVolume: images.dwiVolume,
    engine,
    parent: {
      number: parent,
      mask:
        parent === 0 ? engine.mask : await readImageFile(join(folder, `revision-${parent}`, maskFileName)),
    },
    number,
    mask: options.mask === undefined ? null : await readImageFile(options.mask),
    review: { author, note, verdict },
    of: null,
    createdAt: new Date(),
    location: await placingWish(undefined),
    signal,
  });
  const { report, maskFile, furtherFiles } = revised;
  const json = `${JSON.stringify(report, null, 2)}\n`;
  const written = new Map<string, Uint8Array>([
    [maskFileName, maskFile],
    ...furtherFiles,
    [reportFileName, new TextEncoder().encode(json)],
  ]);
  const { documentsOf, readableReport } = await import('../readable-report.ts');
  const subject = { label: null, studyDate: null };
  let readable: ReadonlyMap<string, Uint8Array> | null = null;
  if (options.report) {
    const { dwi, adc } = images.files;
    const study = { dwi, adc, mask: maskFile, dwiVolume: images.dwiVolume };
    readable = await readableReport(report, study, subject);
    for (const [name, bytes] of readable) written.set(name, bytes);
  }
  if (options.dicom !== undefined) {
    const segmentation = await segmentationFor(options.dicom, maskFile, report, signal);
    written.set(segmentationFileName, segmentation);
    const documents = documentsOf(report, subject, segmentation, readable);
    for (const [name, bytes] of documents) written.set(name, bytes);
  }
  await writeFiles(out, written);
  process.stdout.write(
    options.json === true ? json : `${describeReport(report)}\nRevision ${number}: ${out}\n`,
  );
}

/** @throws UsageError */
function readReview(options: Options) {
  const { author, note, verdict } = options;
  const parsed = RevisionRequest.safeParse({ author, note, verdict });
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  throw new UsageError(`--${path.join('.')}: ${message}`);
}

/** @throws UsageError for a revision that is not there. */
function parentOf({ parent }: Options, newest: number): number {
  if (parent === undefined) return newest;
  if (/^\d{1,6}$/.test(parent) && Number(parent) <= newest) return Number(parent);
  throw new UsageError(`there is no revision ${JSON.stringify(parent)}; the newest is ${newest}`);
}

/** 0 where there is none. */
async function newestRevision(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const numbers = names.map((name) => Number(/^revision-(\d{1,6})$/.exec(name)?.[1] ?? 0));
  return Math.max(0, ...numbers);
}

async function segmentationFor(
  path: string,
  maskFile: Uint8Array,
  { engine, provenance, revision }: Report,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const [{ readNifti }, { writeSegmentation }, { filesOfFolder }, { dicomFiles, readSlices }, notice] =
    await Promise.all([
      import('@atoll/volume/nifti-read'),
      import('@atoll/dicom/seg/segmentation'),
      import('@atoll/intake/folder-files'),
      import('@atoll/intake/dicom-files'),
      import('@atoll/engines/notice'),
    ]);
  const isManual = revision?.verdict === 'corrected';
  return writeSegmentation({
    mask: await readNifti(maskFile),
    sources: await readSlices(await dicomFiles(await filesOfFolder(path)), signal),
    algorithm: isManual ? null : { name: engine, version: provenance.engineVersion },
    atollVersion: notice.atollVersion,
  });
}

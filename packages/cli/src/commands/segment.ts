import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenedCase } from '@atoll/cases/source';
import { derivationOf } from '@atoll/engines/caution';
import type { Progress } from '@atoll/engines/engine';
import { isFurtherFileName } from '@atoll/engines/overlays';
import type { Report } from '@atoll/engines/report';
import {
  brainFileName,
  maskFileName,
  missedFileName,
  probabilityFileName,
  reportFileName,
  segmentationFileName,
} from '@atoll/engines/result-files';
import { asAtollError } from '@atoll/errors/error';
import { dicomPdfFileName, htmlFileName, measurementsFileName, pdfFileName } from '@atoll/report/file-names';
import { Command, Option } from 'commander';
import { parseBValue } from '../b-value-option.ts';
import { parseCorrection } from '../corrections.ts';
import { readImageFile } from '../image-file.ts';
import { untilInterrupted } from '../interrupt.ts';
import { ensureWritable, removeFile, writeFiles } from '../output-folder.ts';
import { type OwnCase, openOwnFiles } from '../own-files.ts';
import { placingWish } from '../placing.ts';
import { ProgressBar } from '../progress-bar.ts';
import { describeReport } from '../report-text.ts';
import { inputsFile, inputsName, type Inputs as NamedImages } from '../result-inputs.ts';
import { plainLines } from '../terminal-text.ts';
import {
  checkInputs,
  type Inputs,
  outOf,
  parseIndex,
  parseJobs,
  type SegmentOptions,
} from './segment-options.ts';

const examples = `
Examples:
  atoll segment --dwi dwi.nii.gz --adc adc.nii.gz --out result
  atoll segment --dwi dwi.nii.gz --adc adc.nii.gz --reference expert.nii.gz --out result --json
  atoll segment --dwi dwi.nii.gz --adc adc.nii.gz --flair flair.nii.gz --engine deepisles --preset ensemble \\
    --option team-outputs --out result
  atoll segment --dwi dwi.nii.gz --adc adc.nii.gz --engine diffusion+lab-stroke --preset union --out result
  atoll segment --case phantom-large-left --out result
  atoll segment --bids isles22 --out isles22/derivatives/atoll --jobs 2
  atoll segment --bids isles22 --participant-label 01 02 --out isles22/derivatives/atoll
  atoll segment --dwi dwi.nii.gz --adc adc.nii.gz --space MNI152 --out result
  atoll segment --bids isles22 --out isles22/derivatives/atoll --space MNI152
  atoll segment --dicom export/ --out result
  atoll segment --in patient.zip --dry-run
  atoll segment --in folder/ --use dwi=i3 --use b0=i1:0 --use adc=computed --b-value 1000 --out result

With --in or --dicom the image roles are detected from b-value, name and content; which image is used for what, and
why, is printed on stderr with the names (i1, i2, …) that --use accepts.

Writes lesion_msk.nii.gz (on the grid of the DWI), report.json, a readable report (report.html, report.pdf) and
inputs.json (the images it was made from) into the folder, and missed_msk.nii.gz where something is bright on DWI with
a low ADC and not in the mask. After "atoll atlas fetch" the report names the territory and structure of each lesion,
and atlas_territories.nii.gz shows the atlas on the DWI.

With engines joined by + each runs on the same images; --preset says how their masks are joined (majority, union or
staple), and --option part:name chooses an option or another preset of one of them, such as
--option lab-stroke:fast. Each engine's own mask is overlay_part-<engine>.nii.gz, and overlay_agreement.nii.gz counts
how many marked each voxel. If one of them fails, the run fails.

With --bids the folder becomes a BIDS derivative with a mask for each case and lesions.tsv, and with --space also a
lesion frequency map in MNI space; existing results that are up to date are kept, so an interrupted run continues. With
--participant-label several processes, such as the tasks of a cluster's array, may fill one folder at the same time.
Exit code 1 if any case failed; the others are completed anyway. If the DWI was DICOM, three more files are written:
lesion_seg.dcm, a DICOM Segmentation that refers to the series, lesion_sr.dcm with the measurements, and
lesion_pdf.dcm, the report; they contain the patient's name.`;

export function segmentCommand(): Command {
  return new Command('segment')
    .description('segment the infarct in one patient’s DWI and ADC, or in all subjects of a BIDS folder')
    .option('--dwi <file>', 'trace image of the highest b-value, NIfTI or MetaImage')
    .option('--adc <file>', 'ADC map, NIfTI or MetaImage; the unit is detected from the values')
    .option('--flair <file>', 'FLAIR, NIfTI or MetaImage, for engines that use it')
    .option('--reference <file>', 'expert mask for comparison with the result; never shown to an engine')
    .option('--case <id>', 'a case of `atoll cases` instead of files')
    .option('--bids <folder>', 'all subjects of a BIDS data set instead of one patient')
    .option(
      '--participant-label <label...>',
      'with --bids: only these subjects, such as 01 02; with or without sub-',
    )
    .option('--session-label <label...>', 'with --bids: only these sessions; with or without ses-')
    .option('--jobs <n>', 'with --bids: cases to run in parallel (default: 1)', parseJobs)
    .option('--force', 'with --bids: rerun cases whose results are up to date')
    .option('--dwi-volume <n>', 'which volume of a 4D DWI, from 0', parseIndex)
    .option(
      '--in <path>',
      'a folder, a ZIP or a file with the images of one patient (NIfTI, MetaImage, DICOM)',
    )
    .option('--dicom <path>', 'the same, for a DICOM export')
    .option(
      '--use <part=image>',
      'correct the image roles found by --in, such as dwi=i2, b0=i1:0, adc=computed or flair=none; may be repeated',
      parseCorrection,
    )
    .option(
      '--b-value <n>',
      'b-value of the DWI in s/mm², if the ADC is computed and no file states it',
      parseBValue,
    )
    .option('--dry-run', 'with --in: print what would be used and what was skipped, and stop')
    .option('--subject <label>', 'with --in: which of several subjects or sessions to use, as listed')
    .option(
      '--no-seg',
      'do not write DICOM files (lesion_seg.dcm, lesion_sr.dcm, lesion_pdf.dcm) if the DWI was DICOM',
    )
    .option('--no-report', 'do not write report.html and report.pdf')
    .option('--out <folder>', 'folder for the results, created if needed')
    .option(
      '--engine <id>',
      'engine to use; `atoll engines` lists them, with presets and options; two to five joined by + are an ensemble',
      'diffusion',
    )
    .option('--preset <id>', 'preset of the engine; the first one by default')
    .option('--option <id>', 'enable an option of the engine; may be repeated', collect, [])
    .option('--save-brain', 'write the engine’s brain mask, brain_msk.nii.gz; always with --bids')
    .addOption(
      new Option(
        '--space <name>',
        'also write mask and DWI in MNI space (MNI152NLin6Asym, 1 mm), with the affine as JSON and for ITK',
      ).choices(['MNI152']),
    )
    .option('--json', 'print only the report (with --dry-run what was found) on stdout')
    .addHelpText('after', examples)
    .action(segment);
}

async function segment(options: SegmentOptions): Promise<void> {
  const chosen = checkInputs(options);
  if ('bids' in chosen) {
    const { segmentBids } = await import('../batch/segment-bids.ts');
    return segmentBids({ ...options, bids: chosen.bids, out: outOf(options) });
  }
  // Loaded when needed: the help must not wait for an engine.
  const { openEngines } = await import('../engine-list.ts');
  const { runSegmentation } = await import('@atoll/engines/run');
  const engine = (await openEngines()).find(options.engine);
  const signal = untilInterrupted();
  const bar = new ProgressBar();
  if (options.dryRun === true && 'path' in chosen) {
    await readOwn(chosen.path, options, signal, bar);
    return;
  }
  const out = outOf(options);
  await ensureWritable(out);
  const location = await placingWish(options.space);
  const own = 'path' in chosen ? await readOwn(chosen.path, options, signal, bar) : null;
  const reference = options.reference === undefined ? null : await readImageFile(options.reference);
  const named = own === null ? await readNamed(chosen, options.dwiVolume, reference, signal) : null;
  const files = own?.files ?? named;
  if (files === null) return;
  const { doubtsOfReferenceFile } = await import('@atoll/intake/references');
  const { report, maskFile, furtherFiles } = await runSegmentation({
    engine,
    files: reference === null || 'dwi' in chosen ? files : { ...files, reference },
    preset: options.preset,
    options: options.option,
    dwiVolume: options.dwiVolume,
    derivation: derivationOf({
      derivation: own?.derivation ?? derivationOf(named ?? {}),
      cautions: reference === null ? [] : doubtsOfReferenceFile(reference),
    }),
    location,
    signal,
    onProgress: (progress) => bar.show(progress),
  }).finally(() => bar.clear());
  const json = `${JSON.stringify(report, null, 2)}\n`;
  const written = new Map<string, Uint8Array>([
    [maskFileName, maskFile],
    ...[...furtherFiles].filter(([name]) => name !== brainFileName || options.saveBrain === true),
    [reportFileName, new TextEncoder().encode(json)],
    [inputsName, inputsFile(namesOf(chosen, options), out)],
  ]);
  const segmentation =
    own !== null && options.seg ? await segmentationFor(own, report, maskFile, signal) : null;
  if (segmentation !== null) written.set(segmentationFileName, segmentation);
  const { documentsOf, readableReport } = await import('../readable-report.ts');
  const subject = { label: 'caseId' in chosen ? chosen.caseId : null, studyDate: null };
  const study = { ...files, mask: maskFile, dwiVolume: options.dwiVolume };
  const readable = options.report ? await readableReport(report, study, subject) : null;
  for (const [name, bytes] of readable ?? []) written.set(name, bytes);
  if (segmentation !== null) {
    for (const [name, bytes] of documentsOf(report, subject, segmentation, readable))
      written.set(name, bytes);
  }
  await writeFiles(out, written);
  // Of an earlier run: they would pass for those of this mask.
  const names = [htmlFileName, pdfFileName, measurementsFileName, dicomPdfFileName, segmentationFileName];
  for (const name of await readdir(out)) {
    if (!written.has(name) && (names.includes(name) || isFurtherFileName(name))) await removeFile(out, name);
  }
  process.stdout.write(options.json === true ? json : plainLines(summary(report, out, [...written.keys()])));
}

/** How the images were named, for a later `atoll revise`. */
function namesOf(
  chosen: Inputs,
  { reference, dwiVolume, use, bValue, subject }: SegmentOptions,
): NamedImages {
  if ('path' in chosen) return { in: chosen.path, use, bValue, subject, reference };
  if ('caseId' in chosen) return { case: chosen.caseId, reference };
  if (!('dwi' in chosen)) return {};
  const { dwi, adc, flair } = chosen;
  return { dwi, adc, flair, dwiVolume, reference };
}

/** The mask as DICOM; null where the DWI was none, or where it cannot be said of its series, which costs no result. */
async function segmentationFor(
  { gathered: { candidates }, choice }: OwnCase,
  { engine, provenance: { engineVersion } }: Report,
  mask: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  if (!candidates.some(({ id, dicom }) => id === choice.dwi.candidateId && dicom !== null)) return null;
  const { segmentationOf } = await import('@atoll/intake/segmentation');
  const { atollVersion } = await import('@atoll/engines/notice');
  const algorithm = { name: engine, version: engineVersion };
  try {
    return await segmentationOf({ candidates, choice, mask, algorithm, atollVersion, signal });
  } catch (thrown) {
    const error = asAtollError(thrown);
    if (!error.code.startsWith('SEG_') && !error.code.startsWith('DICOM_')) throw error;
    process.stderr.write(
      plainLines(`${segmentationFileName} is not written: ${error.message} [${error.code}]\n`),
    );
    return null;
  }
}

/** The images among a reader's own files; null when it was only to be told what would be used. */
async function readOwn(
  path: string,
  { bValue, use = [], dryRun = false, subject, json = false }: SegmentOptions,
  signal: AbortSignal,
  bar: ProgressBar,
): Promise<OwnCase | null> {
  const tell = (text: string) => {
    bar.clear();
    process.stderr.write(plainLines(text));
  };
  const tellJson =
    dryRun && json
      ? (found: object) => process.stdout.write(`${JSON.stringify(found, null, 2)}\n`)
      : undefined;
  const onProgress = (progress: Progress) => bar.show(progress);
  const options = { path, bValue, corrections: use, dryRun, subject, signal, onProgress, tell, tellJson };
  return openOwnFiles(options).finally(() => bar.clear());
}

/** Images that are named themselves; null where a folder is to be looked through. */
async function readNamed(
  inputs: Inputs,
  dwiVolume: number | undefined,
  reference: Uint8Array | null,
  signal: AbortSignal,
): Promise<OpenedCase | null> {
  if ('caseId' in inputs) return openCase(inputs.caseId, signal);
  if (!('dwi' in inputs)) return null;
  const [dwi, adc, flair] = await Promise.all([
    readImageFile(inputs.dwi),
    readImageFile(inputs.adc),
    inputs.flair === undefined ? undefined : readImageFile(inputs.flair),
  ]);
  const given = { dwi, adc, ...(flair && { flair }), ...(reference && { reference }) };
  if (dwiVolume !== undefined) return given;
  const { placeNamed } = await import('@atoll/intake/named-images');
  const { files, derivation, cautions } = await placeNamed(given, signal);
  return { ...files, derivation, cautions };
}

async function openCase(caseId: string, signal: AbortSignal): Promise<OpenedCase> {
  const { openCases } = await import('../case-list.ts');
  return (await openCases()).open(caseId, { signal });
}

function collect(id: string, before: readonly string[]): readonly string[] {
  return [...before, id];
}

const fileTitles = [
  [maskFileName, 'Mask:  '],
  [missedFileName, 'Missed:'],
  [probabilityFileName, 'Soft:  '],
  [brainFileName, 'Brain: '],
  [htmlFileName, 'Report:'],
  [pdfFileName, '       '],
  [reportFileName, '       '],
  [segmentationFileName, 'DICOM: '],
  [measurementsFileName, '       '],
  [dicomPdfFileName, '       '],
] as const;

function summary(report: Report, out: string, written: readonly string[]): string {
  const files = fileTitles.filter(([name]) => written.includes(name));
  return `${describeReport(report)}\n${files.map(([name, title]) => `${title} ${join(out, name)}\n`).join('')}`;
}

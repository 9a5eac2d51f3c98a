import { join } from 'node:path';
import type { CaseFiles } from '@atoll/cases/source';
import type { Report } from '@atoll/engines/report';
import { Command, InvalidArgumentError } from 'commander';
import { UsageError } from '../exit.ts';
import { readImageFile } from '../image-file.ts';
import { untilInterrupted } from '../interrupt.ts';
import { ensureWritable, writeFiles } from '../output-folder.ts';
import { ProgressBar } from '../progress-bar.ts';
import { describeReport } from '../report-text.ts';

type Options = {
  readonly dwi?: string;
  readonly adc?: string;
  readonly flair?: string;
  readonly reference?: string;
  readonly case?: string;
  readonly bids?: string;
  readonly jobs?: number;
  readonly force?: boolean;
  readonly dwiVolume?: number;
  readonly out: string;
  readonly engine: string;
  readonly preset?: string;
  readonly option: readonly string[];
  readonly json?: boolean;
};

const examples = `
Examples:
  atoll segment --dwi dwi.nii.gz --adc adc.nii.gz --out result
  atoll segment --dwi dwi.nii.gz --adc adc.nii.gz --reference expert.nii.gz --out result --json
  atoll segment --dwi dwi.nii.gz --adc adc.nii.gz --flair flair.nii.gz --engine deepisles --preset ensemble \\
    --option team-outputs --out result
  atoll segment --case phantom-large-left --out result
  atoll segment --bids isles22 --out isles22/derivatives/atoll --jobs 2

Writes lesion_msk.nii.gz (on the grid of the DWI) and report.json into the folder. With --bids the folder becomes a BIDS
derivative with a mask for each case and lesions.tsv; what is there and unchanged is kept, so that a run that was broken
off goes on. Exit code 1 when a case failed; the others are done all the same.`;

export function segmentCommand(): Command {
  return new Command('segment')
    .description('find the infarct in one patient’s DWI and ADC, or in all of a BIDS folder')
    .option('--dwi <file>', 'trace image of the highest b-value, NIfTI')
    .option('--adc <file>', 'apparent diffusion coefficient, NIfTI; its unit is found by its values')
    .option('--flair <file>', 'FLAIR, NIfTI, for engines that use it')
    .option('--reference <file>', 'expert mask to compare the result with; no engine sees it')
    .option('--case <id>', 'a case of `atoll cases` instead of files')
    .option('--bids <folder>', 'all subjects of a BIDS data set instead of one patient')
    .option('--jobs <n>', 'with --bids: cases at the same time (default: 1)', parseJobs)
    .option('--force', 'with --bids: run also what is there and unchanged')
    .option('--dwi-volume <n>', 'which volume of a 4D DWI, from 0', parseIndex)
    .requiredOption('--out <folder>', 'folder for the results, made if it is not there')
    .option(
      '--engine <id>',
      'engine to use; `atoll engines` lists them, with presets and options',
      'diffusion',
    )
    .option('--preset <id>', 'preset of the engine; its first if not given')
    .option('--option <id>', 'switch an option of the engine on; may be repeated', collect, [])
    .option('--json', 'print the report on stdout, and nothing else there')
    .addHelpText('after', examples)
    .action(segment);
}

async function segment(options: Options): Promise<void> {
  const chosen = checkInputs(options);
  if ('bids' in chosen) {
    const { segmentBids } = await import('../batch/segment-bids.ts');
    return segmentBids({ ...options, bids: chosen.bids });
  }
  // Loaded when needed: the help must not wait for an engine.
  const { openEngines } = await import('../engine-list.ts');
  const { runSegmentation } = await import('@atoll/engines/run');
  const engine = (await openEngines()).find(options.engine);
  const signal = untilInterrupted();
  await ensureWritable(options.out);
  const files = 'caseId' in chosen ? await openCase(chosen.caseId, signal) : await readFiles(chosen);
  const bar = new ProgressBar();
  const { report, maskFile, furtherFiles } = await runSegmentation({
    engine,
    files:
      options.reference === undefined
        ? files
        : { ...files, reference: await readImageFile(options.reference) },
    preset: options.preset,
    options: options.option,
    dwiVolume: options.dwiVolume,
    signal,
    onProgress: (progress) => bar.show(progress),
  }).finally(() => bar.clear());
  const json = `${JSON.stringify(report, null, 2)}\n`;
  await writeFiles(
    options.out,
    new Map([
      ['lesion_msk.nii.gz', maskFile],
      ...furtherFiles,
      ['report.json', new TextEncoder().encode(json)],
    ]),
  );
  process.stdout.write(options.json === true ? json : summary(report, options.out));
}

type Inputs =
  | { readonly bids: string }
  | { readonly caseId: string }
  | { readonly dwi: string; readonly adc: string; readonly flair?: string };

function checkInputs({ case: caseId, dwi, adc, flair, bids, ...rest }: Options): Inputs {
  if (bids !== undefined) {
    const others = [caseId, dwi, adc, flair, rest.reference, rest.dwiVolume];
    if (others.every((other) => other === undefined)) return { bids };
    throw new UsageError('with --bids the images come from the data set: give no --case and no files');
  }
  if (rest.jobs !== undefined || rest.force === true)
    throw new UsageError('--jobs and --force go with --bids');
  if (caseId !== undefined) {
    if (dwi === undefined && adc === undefined && flair === undefined) return { caseId };
    throw new UsageError('give either --case or files (--dwi and --adc), not both');
  }
  if (dwi === undefined || adc === undefined) {
    throw new UsageError('both --dwi and --adc are needed (or --case with one of `atoll cases`)');
  }
  return { dwi, adc, ...(flair === undefined ? {} : { flair }) };
}

async function readFiles(inputs: { dwi: string; adc: string; flair?: string }): Promise<CaseFiles> {
  const [dwi, adc, flair] = await Promise.all([
    readImageFile(inputs.dwi),
    readImageFile(inputs.adc),
    inputs.flair === undefined ? undefined : readImageFile(inputs.flair),
  ]);
  return { dwi, adc, ...(flair === undefined ? {} : { flair }) };
}

async function openCase(caseId: string, signal: AbortSignal): Promise<CaseFiles> {
  const { openCases } = await import('../case-list.ts');
  return (await openCases()).open(caseId, { signal });
}

function collect(id: string, before: readonly string[]): readonly string[] {
  return [...before, id];
}

function parseIndex(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 0.');
}

function parseJobs(text: string): number {
  const jobs = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (jobs >= 1 && jobs <= 64) return jobs;
  throw new InvalidArgumentError('It must be a whole number from 1 to 64.');
}

function summary(report: Report, out: string): string {
  const files = [`Mask:   ${join(out, 'lesion_msk.nii.gz')}`, `Report: ${join(out, 'report.json')}`];
  return `${describeReport(report)}\n${files.join('\n')}\n`;
}

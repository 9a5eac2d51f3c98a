import { InvalidArgumentError } from 'commander';
import type { Correction } from '../corrections.ts';
import { UsageError } from '../exit.ts';

/** The options of `atoll segment` as they are given. */
export type SegmentOptions = {
  readonly dwi?: string;
  readonly adc?: string;
  readonly flair?: string;
  readonly reference?: string;
  readonly case?: string;
  readonly bids?: string;
  readonly participantLabel?: readonly string[];
  readonly sessionLabel?: readonly string[];
  readonly jobs?: number;
  readonly force?: boolean;
  readonly in?: string;
  readonly dicom?: string;
  readonly use?: Correction[];
  readonly bValue?: number;
  readonly dryRun?: boolean;
  readonly subject?: string;
  /** False where no DICOM segmentation is wanted. */
  readonly seg: boolean;
  /** False where no report.html and report.pdf are wanted. */
  readonly report: boolean;
  readonly dwiVolume?: number;
  readonly out?: string;
  readonly engine: string;
  readonly preset?: string;
  readonly option: readonly string[];
  /** Also the engine's outline of the brain. */
  readonly saveBrain?: boolean;
  /** Mask and DWI are wanted in MNI space as well. */
  readonly space?: 'MNI152';
  readonly json?: boolean;
};

/** Where the images come from: one way of several. */
export type Inputs =
  | { readonly bids: string }
  | { readonly caseId: string }
  | { readonly path: string }
  | { readonly dwi: string; readonly adc: string; readonly flair?: string };

/** @throws UsageError when no way is given, several are, or what belongs to another one. */
export function checkInputs(options: SegmentOptions): Inputs {
  const { case: caseId, bids, in: folder, dicom, dwi, adc, flair } = options;
  const path = folder ?? dicom;
  const files = dwi !== undefined || adc !== undefined || flair !== undefined;
  const ways = [bids !== undefined, caseId !== undefined, folder !== undefined, dicom !== undefined, files];
  if (ways.filter(Boolean).length > 1) {
    throw new UsageError('use only one of --bids, --in, --dicom, --case or files (--dwi and --adc)');
  }
  const { use, bValue, dryRun, subject } = options;
  if (path === undefined && (use !== undefined || bValue !== undefined || subject !== undefined || dryRun)) {
    throw new UsageError('--use, --b-value, --subject and --dry-run require --in or --dicom');
  }
  if (bids !== undefined) {
    if (options.reference === undefined && options.dwiVolume === undefined) return { bids };
    throw new UsageError('with --bids the images and references come from the data set');
  }
  if (options.jobs !== undefined || options.force === true) {
    throw new UsageError('--jobs and --force require --bids');
  }
  if (options.participantLabel !== undefined || options.sessionLabel !== undefined) {
    throw new UsageError('--participant-label and --session-label require --bids');
  }
  if (path !== undefined) return { path };
  if (caseId !== undefined) return { caseId };
  if (dwi === undefined || adc === undefined) {
    throw new UsageError(
      'both --dwi and --adc are required (or --in, --dicom, --bids, or --case with one of `atoll cases`)',
    );
  }
  return { dwi, adc, ...(flair === undefined ? {} : { flair }) };
}

/** @throws UsageError */
export function outOf({ out }: SegmentOptions): string {
  if (out === undefined) throw new UsageError('--out is required: a folder for the results');
  return out;
}

export function parseIndex(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 0.');
}

export function parseJobs(text: string): number {
  const jobs = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (jobs >= 1 && jobs <= 64) return jobs;
  throw new InvalidArgumentError('It must be a whole number from 1 to 64.');
}

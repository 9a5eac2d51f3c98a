import type { ConvertDicom } from '@atoll/dicom/convert';
import { nonImageWords } from '@atoll/dicom/non-image';
import { stacksOf } from '@atoll/dicom/stacks';
import {
  type DicomFileHeader,
  type DicomSeries,
  groupSeries,
  readDicomHeader,
  triageBytes,
} from '@atoll/dicom/triage';
import { AtollError } from '@atoll/errors/error';
import type { Ignored } from './candidate.ts';
import { converterCautions } from './converter-cautions.ts';
import type { InputFile } from './input-file.ts';
import { joinVolumes } from './joined.ts';
import type { Found } from './looked.ts';
import { niftiCandidate } from './nifti-candidate.ts';
import { isUsableBValue } from './shells.ts';
import { parseBValues, parseDirections, parseSideCar } from './sidecar.ts';
import { type ConvertedStack, convertStacks } from './stack-conversion.ts';
import { plainWords, whatItIsCalled } from './words.ts';

export type SeriesFiles = {
  readonly series: DicomSeries;
  readonly files: readonly InputFile[];
  /** One a file. */
  readonly headers: readonly DicomFileHeader[];
};

/** No single DICOM file is larger; enhanced ones hold a whole series. */
const maxFileBytes = 2 ** 30;
const maxSeriesBytes = 2 ** 30;

/** Series that nothing names are tried only where there are few. */
const maxUnnamedSeries = 8;

/** Which series the files are of. What is no DICOM image after all goes to `ignored`. */
export async function sortSeries(
  files: readonly InputFile[],
  ignored: Ignored[],
  onFile: (at: number) => void,
): Promise<SeriesFiles[]> {
  const headers: [InputFile, DicomFileHeader][] = [];
  for (const [at, file] of files.entries()) {
    onFile(at);
    const header = await headerOf(file);
    if (typeof header === 'string') ignored.push({ path: file.path, reason: header });
    else headers.push([file, header]);
  }
  return groupSeries(headers);
}

async function headerOf(file: InputFile): Promise<DicomFileHeader | string> {
  let header = readDicomHeader(await file.read({ start: 0, end: triageBytes }));
  // The header of an enhanced image grows with its frames.
  if (header === 'truncated' && file.sizeBytes > triageBytes && file.sizeBytes <= maxFileBytes) {
    header = readDicomHeader(await file.read());
  }
  if (header !== null && header !== 'truncated') return header;
  const isWhole = file.sizeBytes <= triageBytes;
  const words = nonImageWords(await file.read({ start: 0, end: triageBytes }), isWhole);
  if (words !== null) return words;
  return header === null
    ? 'It is a DICOM file, but not an image.'
    : 'The DICOM file is damaged or truncated.';
}

/** The series that may be of use, and those that are passed over, with the reason. */
export function chooseSeries(all: readonly SeriesFiles[]): { wanted: SeriesFiles[]; ignored: Ignored[] } {
  const judged = all.map((each) => ({ each, verdict: judge(each.series) }));
  const sure = judged.some(({ verdict }) => verdict === 'diffusion');
  const unnamed = judged.filter(({ verdict }) => verdict === 'unnamed').length;
  const wanted: SeriesFiles[] = [];
  const ignored: Ignored[] = [];
  for (const { each, verdict } of judged) {
    if (verdict === 'diffusion' || verdict === 'flair') wanted.push(each);
    else if (verdict === 'unnamed' && !sure && unnamed <= maxUnnamedSeries) wanted.push(each);
    else {
      const reason =
        verdict === 'unnamed' ? 'neither its description nor a b-value identifies it as diffusion' : verdict;
      ignored.push({
        path: seriesName(each.series),
        reason: `A series of ${each.files.length} files: ${reason}.`,
      });
    }
  }
  return { wanted, ignored };
}

function judge({ modality, seriesDescription, protocolName, imageTypes, bValues }: DicomSeries): string {
  if (modality !== null && modality !== 'MR') return `its modality is ${modality}, not MR`;
  const own =
    whatItIsCalled(plainWords(imageTypes.filter((type) => /adc|trace|diffusion/i.test(type))), false) ??
    whatItIsCalled(plainWords([seriesDescription]), false);
  const called = own ?? whatItIsCalled(plainWords([protocolName]), false);
  if (called?.called === 'flair') return 'flair';
  // A measured b-value says more than the name of a sequence, such as GE's "DWI TENSOR"; of a map it is its source's.
  if (called?.called === 'other' && bValues.some(isUsableBValue)) return 'diffusion';
  if (called?.called === 'other' || called?.called === 'map' || called?.called === 'exponential-adc') {
    return `it is called “${called.word}”`;
  }
  if (called !== null) return 'diffusion';
  return bValues.length > 0 ? 'diffusion' : 'unnamed';
}

export type Converted = { readonly found: readonly Found[]; readonly ignored: readonly Ignored[] };

/**
 * The images of one series, converted: volume by volume where each header says where its slice lies, else as the
 * converter sorts them.
 * @throws AtollError DICOM_*, IMAGE_*, JOB_CANCELLED
 */
export async function convertSeries(
  one: SeriesFiles,
  convert: ConvertDicom,
  options: { signal: AbortSignal | undefined; onProgress: (fraction: number) => void },
): Promise<Converted> {
  const total = one.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (total > maxSeriesBytes || one.series.pixelBytes > maxSeriesBytes)
    throw new AtollError('DICOM_TOO_LARGE');
  const stacks = stacksOf(one.files, one.headers);
  if (stacks === null) return { found: await convertWhole(one, convert, options), ignored: [] };
  const name = seriesName(one.series);
  const { converted, ignored } = await convertStacks(name, stacks, convert, options);
  const groups = [...Map.groupBy(converted, ({ stack }) => `${stack.kind} ${stack.orientation}`).values()];
  const found: Found[] = [];
  for (const [at, group] of groups.entries()) {
    const label = groups.length === 1 ? name : `${name} (${at + 1} of ${groups.length})`;
    found.push(await joinStacks(one, group, label));
  }
  return { found, ignored };
}

/** Volumes of one kind and orientation as one image, in the order of their b-values. */
async function joinStacks(
  { series, files }: SeriesFiles,
  group: readonly ConvertedStack[],
  name: string,
): Promise<Found> {
  const sorted = group.toSorted((a, b) => (a.stack.bValue ?? 0) - (b.stack.bValue ?? 0));
  const [first] = sorted;
  const { kind } = first.stack;
  const members: Found[] = [];
  for (const { nifti, json } of sorted) {
    members.push(
      await niftiCandidate(async () => nifti, {
        name,
        source: 'dicom',
        ownWork: false,
        paths: files.map(({ path }) => path),
        seriesDescription: series.seriesDescription,
        suffix: kind === 'image' ? null : kind,
        sideCar: json === null ? null : parseSideCar(json),
        dicom: { series, files },
        bValuesFor: () => ({ bValues: null, cautions: [] }),
      }),
    );
  }
  const bValues = sorted.flatMap(({ stack }) => (stack.bValue === null ? [] : [stack.bValue]));
  return {
    ...joinVolumes(members),
    name,
    bValues: bValues.length === sorted.length ? bValues : null,
    directions: sorted.map(({ stack }) => stack.direction),
    directionality: [...new Set(sorted.flatMap(({ stack }) => stack.directionality ?? []))],
    cautions: [
      ...new Map(sorted.flatMap(({ cautions }) => cautions).map((each) => [each.message, each])).values(),
    ],
  };
}

async function convertWhole(
  { series, files }: SeriesFiles,
  convert: ConvertDicom,
  options: { signal: AbortSignal | undefined; onProgress: (fraction: number) => void },
): Promise<Found[]> {
  const read: { bytes: Uint8Array }[] = [];
  for (const [at, file] of files.entries()) {
    if (options.signal?.aborted) throw new AtollError('JOB_CANCELLED');
    options.onProgress((0.3 * at) / files.length);
    read.push({ bytes: await file.read() });
  }
  const { images, warnings } = await convert(read, {
    signal: options.signal,
    onProgress: (fraction) => options.onProgress(0.3 + 0.6 * fraction),
  });
  const found: Found[] = [];
  for (const { name, nifti, json, bval, bvec } of images) {
    const suffix = /^[\d.]*_?(.*)/s.exec(name)?.[1] ?? '';
    const sideCar = json === null ? null : parseSideCar(json);
    const label = suffix === '' ? seriesName(series) : `${seriesName(series)} (${suffix})`;
    const made = await niftiCandidate(async () => nifti, {
      name: images.length === 1 ? seriesName(series) : label,
      source: 'dicom',
      ownWork: false,
      paths: files.map(({ path }) => path),
      seriesDescription: series.seriesDescription,
      suffix: converterSuffix(suffix),
      sideCar,
      dicom: { series, files },
      bValuesFor: (volumes) => ({
        bValues: bval === null ? sameBValue(series, volumes) : parseBValues(bval, volumes),
        cautions: [],
      }),
    });
    found.push({
      ...made,
      directions: bvec === null ? null : parseDirections(bvec, made.volumes),
      cautions: [...made.cautions, ...converterCautions(warnings, false)],
    });
  }
  return found;
}

/** What the converter sets apart in a series: maps that a scanner put among the images, phase, parts of a pair. */
function converterSuffix(suffix: string): string | null {
  if (/(^|_)adc\b/i.test(suffix)) return 'adc';
  return /(^|_)(ph|phase|real|imaginary|roi\d*)$/i.test(suffix) ? 'phase' : null;
}

/** A trace series of one b-value gets no .bval from the converter, for it has no directions. */
function sameBValue({ bValues }: DicomSeries, volumes: number): number[] | null {
  return bValues.length === 1 && volumes === 1 ? [...bValues] : null;
}

export function seriesName({ seriesNumber, seriesDescription, modality }: DicomSeries): string {
  const description = seriesDescription ?? modality ?? 'series';
  return seriesNumber === null ? description : `${seriesNumber} ${description}`;
}

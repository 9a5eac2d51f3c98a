import type { DataSet } from 'dicom-parser';
import { finite, isPart10, openDataSet, pixelDataTag } from './data-set.ts';
import {
  bValueOf,
  type Directionality,
  directionalityOf,
  directionOf,
  type Triple,
} from './diffusion-header.ts';

/** What triage knows of a series. Nothing in it names a patient. */
export type DicomSeries = {
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly seriesNumber: number | null;
  readonly seriesDescription: string | null;
  readonly protocolName: string | null;
  readonly modality: string | null;
  /** Values of Image Type that occur, such as DERIVED, TRACEW, ADC. */
  readonly imageTypes: readonly string[];
  /** Files of the series. */
  readonly files: number;
  /** b-values that its files name (s/mm²), sorted; empty where they name none. */
  readonly bValues: readonly number[];
  /** Bytes that its pixels take unpacked, as its headers have it. */
  readonly pixelBytes: number;
};

/** One DICOM file, as far as it matters which series it is of. */
export type DicomFileHeader = Omit<DicomSeries, 'files' | 'bValues'> & {
  readonly bValue: number | null;
  /** Of the diffusion gradient. */
  readonly direction: Triple | null;
  readonly directionality: Directionality | null;
  readonly echoTimeMs: number | null;
  readonly instanceNumber: number | null;
  /** Image Type of this file alone. */
  readonly ownTypes: readonly string[];
  /** Where the slice lies; null where the file does not say, or holds several. */
  readonly place: SlicePlace | null;
};

/** Where a slice lies, in DICOM's LPS millimetres. */
export type SlicePlace = {
  /** Centre of the first pixel. */
  readonly position: Triple;
  /** Unit vectors along a row and down a column. */
  readonly alongRow: Triple;
  readonly downColumn: Triple;
};

/** As much of a file as holds the header of most; pixels need not be there. */
export const triageBytes = 1 << 18;

/**
 * Reads what triage needs from the start of a file.
 * @returns null when it is no DICOM image: not DICOM, a DICOMDIR, a report; `'truncated'` when the header goes on
 *   beyond these bytes (or the file was cut off).
 */
export function readDicomHeader(start: Uint8Array): DicomFileHeader | 'truncated' | null {
  let dataSet: DataSet;
  try {
    dataSet = openDataSet(start);
  } catch {
    return isPart10(start) ? 'truncated' : null;
  }
  const text = (tag: string) => dataSet.string(tag)?.trim() || null;
  const number = (tag: string) => finite(dataSet.intString(tag));
  const seriesInstanceUid = text('x0020000e');
  const [rows, columns] = [dataSet.uint16('x00280010'), dataSet.uint16('x00280011')];
  if (seriesInstanceUid === null) return null;
  if (rows === undefined || columns === undefined || dataSet.elements[pixelDataTag] === undefined) {
    // A header that ends here without its pixels may go on in the bytes that were not given.
    return rows === undefined ? null : 'truncated';
  }
  const frames = number('x00280008') ?? 1;
  const bits = dataSet.uint16('x00280100') ?? 16;
  return {
    seriesInstanceUid,
    studyInstanceUid: text('x0020000d') ?? '',
    seriesNumber: number('x00200011'),
    seriesDescription: text('x0008103e'),
    protocolName: text('x00181030'),
    modality: text('x00080060'),
    imageTypes: (text('x00080008') ?? '').split('\\').filter((type) => type !== ''),
    bValue: bValueOf(dataSet),
    direction: directionOf(dataSet),
    directionality: directionalityOf(dataSet),
    instanceNumber: number('x00200013'),
    ownTypes: (text('x00080008') ?? '').split('\\').filter((type) => type !== ''),
    echoTimeMs: numbersOf(text('x00180081'))?.[0] ?? null,
    place: frames > 1 || isMosaic(dataSet) ? null : placeOf(text('x00200032'), text('x00200037')),
    pixelBytes: (rows * columns * Math.max(1, frames) * bits) / 8,
  };
}

/** Several slices in one picture: Siemens' and United Imaging's way. */
function isMosaic(dataSet: DataSet): boolean {
  return dataSet.elements.x00651050 !== undefined || /\bMOSAIC\b/i.test(dataSet.string('x00080008') ?? '');
}

function placeOf(position: string | null, orientation: string | null): SlicePlace | null {
  const [at, cosines] = [numbersOf(position), numbersOf(orientation)];
  if (at?.length !== 3 || cosines?.length !== 6) return null;
  const [rx, ry, rz, cx, cy, cz] = cosines;
  return { position: [at[0], at[1], at[2]], alongRow: [rx, ry, rz], downColumn: [cx, cy, cz] };
}

/** Numbers between backslashes; null where one is none. */
function numbersOf(text: string | null): number[] | null {
  const numbers = text?.split('\\').map(Number) ?? [];
  return numbers.length > 0 && numbers.every(Number.isFinite) ? numbers : null;
}

/** Files by series, in the order in which series turn up. */
export function groupSeries<T>(
  files: Iterable<readonly [file: T, header: DicomFileHeader]>,
): { series: DicomSeries; files: T[]; headers: DicomFileHeader[] }[] {
  const groups = new Map<string, { first: DicomFileHeader; files: T[]; headers: DicomFileHeader[] }>();
  for (const [file, header] of files) {
    const group = groups.get(header.seriesInstanceUid);
    if (group === undefined) {
      groups.set(header.seriesInstanceUid, { first: header, files: [file], headers: [header] });
    } else {
      group.files.push(file);
      group.headers.push(header);
    }
  }
  return [...groups.values()].map((group) => {
    const { seriesInstanceUid, studyInstanceUid, seriesNumber, seriesDescription, protocolName, modality } =
      group.first;
    const first = {
      seriesInstanceUid,
      studyInstanceUid,
      seriesNumber,
      seriesDescription,
      protocolName,
      modality,
    };
    const bValues = group.headers.flatMap(({ bValue }) => (bValue === null ? [] : [bValue]));
    return {
      files: group.files,
      headers: group.headers,
      series: {
        ...first,
        files: group.files.length,
        imageTypes: [...new Set(group.headers.flatMap(({ imageTypes }) => imageTypes))],
        bValues: [...new Set(bValues)].sort((a, b) => a - b),
        pixelBytes: group.headers.reduce((sum, { pixelBytes }) => sum + pixelBytes, 0),
      },
    };
  });
}

import type { DataSet } from 'dicom-parser';
import { bValueOf, finite, isPart10, openDataSet, pixelDataTag } from './data-set.ts';

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
export type DicomFileHeader = Omit<DicomSeries, 'files' | 'bValues'> & { readonly bValue: number | null };

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
    pixelBytes: (rows * columns * Math.max(1, frames) * bits) / 8,
  };
}

/** Files by series, in the order in which series turn up. */
export function groupSeries<T>(
  files: Iterable<readonly [file: T, header: DicomFileHeader]>,
): { series: DicomSeries; files: T[] }[] {
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
    const { bValue: _, ...first } = group.first;
    const bValues = group.headers.flatMap(({ bValue }) => (bValue === null ? [] : [bValue]));
    return {
      files: group.files,
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

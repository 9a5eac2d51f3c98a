import dicomParser from 'dicom-parser';

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

const pixelData = 'x7fe00010';

/**
 * Reads what triage needs from the start of a file.
 * @returns null when it is no DICOM image: not DICOM, a DICOMDIR, a report; `'truncated'` when the header goes on
 *   beyond these bytes (or the file was cut off).
 */
export function readDicomHeader(start: Uint8Array): DicomFileHeader | 'truncated' | null {
  let dataSet: ReturnType<typeof dicomParser.parseDicom>;
  try {
    dataSet = dicomParser.parseDicom(start, { untilTag: pixelData, ...bareSyntax(start) });
  } catch {
    return isPart10(start) ? 'truncated' : null;
  }
  const text = (tag: string) => dataSet.string(tag)?.trim() || null;
  const number = (tag: string) => finite(dataSet.intString(tag));
  const seriesInstanceUid = text('x0020000e');
  const [rows, columns] = [dataSet.uint16('x00280010'), dataSet.uint16('x00280011')];
  if (seriesInstanceUid === null) return null;
  if (rows === undefined || columns === undefined || dataSet.elements[pixelData] === undefined) {
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

/** DICOM's own element; else those of Siemens, Philips and GE, where their type is given. */
function bValueOf(dataSet: ReturnType<typeof dicomParser.parseDicom>): number | null {
  const standard = dataSet.elements.x00189087;
  if (standard !== undefined && standard.length === 8) return finite(dataSet.double('x00189087'));
  const siemens = dataSet.elements.x0019100c;
  if (siemens?.vr === 'IS') return finite(dataSet.intString('x0019100c'));
  const philips = dataSet.elements.x20011003;
  if (philips?.vr === 'FL') return finite(dataSet.float('x20011003'));
  const ge = dataSet.elements.x00431039;
  // GE adds 10⁹ to what it means.
  if (ge?.vr === 'IS') return finite((dataSet.intString('x00431039') ?? Number.NaN) % 100_000);
  return null;
}

function finite(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}

function isPart10(bytes: Uint8Array): boolean {
  return [...'DICM'].every((letter, i) => bytes[128 + i] === letter.charCodeAt(0));
}

/** A file without preamble and meta header must be told its syntax: explicit when its first element names a type. */
function bareSyntax(bytes: Uint8Array): { TransferSyntaxUID?: string } {
  if (isPart10(bytes)) return {};
  const explicit = /^[A-Z]{2}$/.test(String.fromCharCode(bytes[4], bytes[5]));
  return { TransferSyntaxUID: explicit ? '1.2.840.10008.1.2.1' : '1.2.840.10008.1.2' };
}

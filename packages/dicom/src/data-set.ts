import dicomParser, { type DataSet } from 'dicom-parser';

export const pixelDataTag = 'x7fe00010';

/** The elements of a file up to its pixels. @throws whatever dicom-parser throws, in words that may quote the file. */
export function openDataSet(bytes: Uint8Array): DataSet {
  return dicomParser.parseDicom(bytes, { untilTag: pixelDataTag, ...bareSyntax(bytes) });
}

export function finite(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}

export function isPart10(bytes: Uint8Array): boolean {
  return [...'DICM'].every((letter, i) => bytes[128 + i] === letter.charCodeAt(0));
}

/** A file without preamble and meta header must be told its syntax: explicit when its first element names a type. */
function bareSyntax(bytes: Uint8Array): { TransferSyntaxUID?: string } {
  if (isPart10(bytes)) return {};
  const explicit = /^[A-Z]{2}$/.test(String.fromCharCode(bytes[4], bytes[5]));
  return { TransferSyntaxUID: explicit ? '1.2.840.10008.1.2.1' : '1.2.840.10008.1.2' };
}

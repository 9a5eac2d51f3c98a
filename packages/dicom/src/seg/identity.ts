import type { DataSet } from 'dicom-parser';
import { decodeText } from './text.ts';

/** Elements by tag, in DICOM's JSON model. */
export type Elements = Readonly<Record<string, { readonly vr: string; readonly Value: readonly string[] }>>;

/** Attributes of type 2: they stand in the file though the source is silent. */
const required: Readonly<Record<string, string>> = {
  '00080020': 'DA', // Study Date
  '00080030': 'TM', // Study Time
  '00080050': 'SH', // Accession Number
  '00080090': 'PN', // Referring Physician's Name
  '00100010': 'PN', // Patient's Name
  '00100020': 'LO', // Patient ID
  '00100030': 'DA', // Patient's Birth Date
  '00100040': 'CS', // Patient's Sex
  '00200010': 'SH', // Study ID
  '00201040': 'LO', // Position Reference Indicator
};

const optional: Readonly<Record<string, string>> = {
  '00081030': 'LO', // Study Description
  '00100021': 'LO', // Issuer of Patient ID
  '00100032': 'TM', // Patient's Birth Time
  '00101010': 'AS', // Patient's Age
  '00101020': 'DS', // Patient's Size
  '00101030': 'DS', // Patient's Weight
  '00120010': 'LO', // Clinical Trial Sponsor Name
  '00120020': 'LO', // Clinical Trial Protocol ID
  '00120021': 'LO', // Clinical Trial Protocol Name
  '00120030': 'LO', // Clinical Trial Site ID
  '00120031': 'LO', // Clinical Trial Site Name
  '00120040': 'LO', // Clinical Trial Subject ID
  '00120042': 'LO', // Clinical Trial Subject Reading ID
  '00120050': 'LO', // Clinical Trial Time Point ID
  '00120051': 'ST', // Clinical Trial Time Point Description
  '00120062': 'CS', // Patient Identity Removed
  '00120063': 'LO', // De-identification Method
  '0020000D': 'UI', // Study Instance UID
  '00200052': 'UI', // Frame of Reference UID
  // Once lossy, for ever lossy.
  '00282110': 'CS', // Lossy Image Compression
  '00282112': 'DS', // Lossy Image Compression Ratio
  '00282114': 'CS', // Lossy Image Compression Method
};

/**
 * What ties an image to its patient, study and frame of reference, as a segmentation of it must repeat it. These
 * are a patient's data: they go from file to file and never into a log or an error.
 * @throws AtollError DICOM_FILE_UNREADABLE when text cannot be decoded.
 */
export function readIdentity(file: DataSet): Elements {
  const characterSets = (file.string('x00080005') ?? '').split('\\');
  const identity: Record<string, { vr: string; Value: readonly string[] }> = {};
  for (const [tag, vr] of Object.entries({ ...required, ...optional })) {
    const element = file.elements[`x${tag.toLowerCase()}`];
    if (element === undefined || element.length === 0) {
      if (tag in required) identity[tag] = { vr, Value: [] };
      continue;
    }
    const bytes = file.byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
    const text = decodeText(bytes, characterSets);
    identity[tag] = { vr, Value: vr === 'ST' ? [text] : text.split('\\') };
  }
  identity['00282110'] ??= { vr: 'CS', Value: ['00'] };
  if (identity['00120062']?.Value[0] === 'YES') {
    // The codes that may stand in place of the method are not repeated.
    identity['00120063'] ??= { vr: 'LO', Value: ['See the source images'] };
  }
  return identity;
}

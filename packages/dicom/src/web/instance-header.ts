import type { DataSet } from 'dicom-parser';
import dicomParser from 'dicom-parser';
import { isPart10 } from '../data-set.ts';
import { decodeText } from '../seg/text.ts';

/** What an archive has to know of a file to keep it. Descriptions are patients’ data, perhaps: for no log. */
export type InstanceHeader = {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly transferSyntax: string;
  readonly modality: string;
  readonly studyDescription: string;
  readonly seriesDescription: string;
  /** Atoll made it: a segmentation, a measurement report or a report of its own. */
  readonly isOwnResult: boolean;
};

/** A UID as PS3.5 9.1 has it, but that leading zeros are let pass, as many scanners write them. */
export const isUid = (text: string): boolean => text.length <= 64 && /^\d+(\.\d+)+$/.test(text);

const seriesTag = 'x0020000e';

/**
 * Reads the start of a DICOM file (PS3.10), as far as its series.
 * @returns `'truncated'` when these bytes end before; null for what is no such file, or names no instance, study or series.
 */
export function readInstanceHeader(start: Uint8Array): InstanceHeader | 'truncated' | null {
  if (start.length < 132 || !isPart10(start)) return start.length < 132 ? 'truncated' : null;
  try {
    // An element may say that it is longer than all there is: that is found out, and thrown, when it is read.
    return headerOf(dicomParser.parseDicom(start, { untilTag: seriesTag }));
  } catch {
    return 'truncated';
  }
}

function headerOf(file: DataSet): InstanceHeader | null {
  const uid = (tag: string) => file.string(tag)?.trim() ?? '';
  const text = (tag: string) => textOf(file, tag);
  const header = {
    sopClassUid: uid('x00080016'),
    sopInstanceUid: uid('x00080018'),
    studyUid: uid('x0020000d'),
    seriesUid: uid(seriesTag),
    transferSyntax: uid('x00020010'),
    modality: uid('x00080060').slice(0, 16),
    studyDescription: text('x00081030'),
    seriesDescription: text('x0008103e'),
    isOwnResult:
      uid('x00080070') === 'Atoll' &&
      uid('x00081090') === 'Atoll' &&
      ['SEG', 'SR', 'DOC'].includes(uid('x00080060')),
  };
  const uids = [header.sopClassUid, header.sopInstanceUid, header.studyUid, header.seriesUid];
  return uids.every(isUid) ? header : null;
}

function textOf(file: DataSet, tag: string): string {
  const element = file.elements[tag];
  if (element === undefined || element.length === 0) return '';
  const bytes = file.byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
  try {
    return decodeText(bytes, (file.string('x00080005') ?? '').split('\\')).trim();
  } catch {
    // Only patterns are held against it.
    return file.string(tag)?.trim() ?? '';
  }
}

import { AtollError } from '@atoll/errors/error';
import { gunzipStart, isGzip } from '@atoll/volume/gzip';
import { headerBytes } from '@atoll/volume/nifti-header';

/** What a file is by its content; its name is not asked. */
export type Kind =
  | 'nifti'
  | 'dicom'
  | 'metaimage'
  | 'zip'
  | 'analyze'
  | 'archive'
  | 'packed'
  | 'empty'
  | 'unknown';

/** Why a file of these kinds is nobody's image, whatever part it is meant to play. */
export const whyNoImage: Readonly<Partial<Record<Kind, string>>> = {
  analyze: 'It looks like an Analyze 7.5 image, which does not record which side is left.',
  empty: 'The file is empty.',
  packed: 'It is a compressed file that contains no NIfTI image.',
  unknown: 'It is not an image format that Atoll recognises.',
};

/** As many first bytes of a file as `kindOf` wants to see. */
export const startBytes = 1 << 12;

/** Tells a file by its first bytes. */
export function kindOf(start: Uint8Array): Kind {
  if (start.length === 0) return 'empty';
  // The preamble before it is free for anything, also for what looks like another format.
  if (holds(start, 128, 'DICM')) return 'dicom';
  if (isGzip(start)) return kindOfPacked(start);
  if (isNifti(start)) return 'nifti';
  if (isAnalyze(start)) return 'analyze';
  if (holds(start, 0, 'PK\x03\x04') || holds(start, 0, 'PK\x05\x06')) return 'zip';
  if (archives.some((magic) => holds(start, 0, magic))) return 'archive';
  if (isBareDicom(start)) return 'dicom';
  if (isMetaImage(start)) return 'metaimage';
  return 'unknown';
}

/** bzip2, xz, 7-Zip, RAR and Zstandard by their first bytes. */
const archives = ['BZh', '\xfd7zXZ', '7z\xbc\xaf\x27\x1c', 'Rar!', '\x28\xb5\x2f\xfd'];

function kindOfPacked(start: Uint8Array): Kind {
  try {
    return isNifti(gunzipStart(start, headerBytes)) ? 'nifti' : 'packed';
  } catch (thrown) {
    if (thrown instanceof AtollError) return 'packed';
    throw thrown;
  }
}

function headerSize(start: Uint8Array): number | null {
  if (start.length < 348) return null;
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const sizes = [view.getInt32(0, true), view.getInt32(0, false)];
  return sizes.find((size) => size === 348 || size === 540) ?? null;
}

function isNifti(start: Uint8Array): boolean {
  const size = headerSize(start);
  if (size === 348) return holds(start, 344, 'n+1') || holds(start, 344, 'ni1');
  return size === 540 && (holds(start, 4, 'n+2') || holds(start, 4, 'ni2'));
}

function isAnalyze(start: Uint8Array): boolean {
  return headerSize(start) === 348;
}

/** DICOM without its preamble, as old scanners write it: group 0008, explicit or implicit, little-endian. */
function isBareDicom(start: Uint8Array): boolean {
  if (start.length < 132) return false;
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const group = view.getUint16(0, true);
  const element = view.getUint16(2, true);
  if ((group !== 8 && group !== 2) || element > 0x1000) return false;
  const vr = String.fromCharCode(start[4], start[5]);
  const explicit = /^[A-Z]{2}$/.test(vr) && view.getUint16(6, true) <= 256;
  return explicit || view.getUint32(4, true) <= 256;
}

/** A text of `Name = value` lines that begins as MetaImage does. */
function isMetaImage(start: Uint8Array): boolean {
  const text = new TextDecoder('latin1').decode(start.subarray(0, 512));
  return /^\s*(ObjectType|NDims|Comment|ObjectSubType)\s*=/.test(text) && /\bNDims\s*=/.test(latin(start));
}

function latin(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}

function holds(bytes: Uint8Array, at: number, text: string): boolean {
  return [...text].every((letter, i) => bytes[at + i] === letter.charCodeAt(0));
}

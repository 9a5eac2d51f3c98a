import { AtollError } from '@atoll/errors/error';

/** Character sets of DICOM (PS3.3 C.12.1.1.2) and the decoder for each; ISO 2022 ones may stand for their plain kin. */
const decoders: Readonly<Record<string, string>> = {
  '': 'latin1', // none said, or ISO_IR 6: ASCII, and where a scanner writes more, it is Latin-1
  '6': 'latin1',
  '13': 'shift_jis',
  '58': 'gbk',
  '87': 'iso-2022-jp',
  '100': 'latin1',
  '101': 'iso-8859-2',
  '109': 'iso-8859-3',
  '110': 'iso-8859-4',
  '126': 'iso-8859-7',
  '127': 'iso-8859-6',
  '138': 'iso-8859-8',
  '144': 'iso-8859-5',
  '148': 'windows-1254',
  '149': 'euc-kr',
  '159': 'iso-2022-jp',
  '166': 'windows-874',
  '192': 'utf-8',
  '203': 'iso-8859-15',
  GB18030: 'gb18030',
  GBK: 'gbk',
};

/** Escapes that only say which set the following bytes with the high bit belong to (`ESC $ ) C`, `ESC - A`, …). */
const escapeByte = String.fromCharCode(0x1b);
const shiftToHighBytes = new RegExp(`${escapeByte}(?:\\$\\)[AC]|\\)I|-[A-Za-z])`, 'g');

/**
 * The text of an element's bytes in the character sets that its file names (its Specific Character Set, split at
 * backslashes), without padding. A second set goes before the first: it is the one that names are written in.
 * @throws AtollError DICOM_FILE_UNREADABLE when the set is unknown or the bytes are not of it: a patient's name that
 * was read wrong must not be written into an archive.
 */
export function decodeText(bytes: Uint8Array, characterSets: readonly string[]): string {
  const names = characterSets.map((set) => set.replace(/^ISO(_IR| 2022 IR) ?|^ISO 2022 /, '').trim());
  const chosen =
    names.length > 1 ? (names.find((name) => !['', '6', '13'].includes(name)) ?? '13') : names[0];
  const decoder = decoders[chosen ?? ''];
  if (decoder === undefined) throw unreadable('is not known to Atoll');
  try {
    const text = new TextDecoder(decoder, { fatal: true }).decode(withoutShifts(bytes));
    return text.replace(/(?<![\0 ])[\0 ]+$/, '');
  } catch {
    throw unreadable('does not fit its text');
  }
}

function withoutShifts(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(0x1b)) return bytes;
  // One character a byte, and back.
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return Uint8Array.from(text.replace(shiftToHighBytes, ''), (character) => character.charCodeAt(0));
}

function unreadable(why: string): AtollError {
  return new AtollError('DICOM_FILE_UNREADABLE', `The character set that a DICOM file names ${why}.`);
}

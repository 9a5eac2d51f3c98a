import dicomParser, { type DataSet, type Element } from 'dicom-parser';
import { isPart10 } from '../data-set.ts';
import { bValueOf, directionalityOf, directionOf } from '../diffusion-header.ts';
import { joined } from '../joined-bytes.ts';
import { decodeText } from '../seg/text.ts';
import { actionOf, descriptions, isKeptGroup } from './actions.ts';
import { cleanDescription } from './descriptors.ts';
import { vrOf } from './dictionary.ts';
import { ElementWriter } from './element-writer.ts';
import { type Pseudonyms, shifted } from './pseudonyms.ts';

export type DeidentifyOptions = {
  readonly pseudonyms: Pseudonyms;
  /** remove: as the Basic Profile has it; shift: all dates of a patient by the same number of days. */
  readonly dates: 'remove' | 'shift';
};

/** Why a file is not de-identified, and must not be kept. */
export type Refusal = 'unreadable' | 'no-mr-image' | 'burned-in' | 'syntax' | 'mosaic';

/** What may hold an MR image. Screenshots, documents and reports may name the patient wherever they like. */
const mrImages: ReadonlySet<string> = new Set([
  '1.2.840.10008.5.1.4.1.1.4', // MR Image
  '1.2.840.10008.5.1.4.1.1.4.1', // Enhanced MR Image
  '1.2.840.10008.5.1.4.1.1.4.4', // Legacy Converted Enhanced MR Image
]);

const implicitLittleEndian = '1.2.840.10008.1.2';
const bigEndian = '1.2.840.10008.1.2.2';
const implementation = '2.25.130906187405264938245069274113265830117';
const ascii = new TextEncoder();

/**
 * A DICOM file of an MR image without what identifies the patient, by the Basic Application Level Confidentiality
 * Profile of PS3.15 with the Clean Descriptors Option, and where wanted with that of modified dates: attributes by table
 * E.1-1, private ones removed, UIDs replaced. What scanners write of diffusion into private attributes moves into the
 * standard's own. The pixels stay as they are.
 * @param bytes a whole file, not deflated.
 */
export function deidentify(bytes: Uint8Array, options: DeidentifyOptions): Uint8Array<ArrayBuffer> | Refusal {
  if (!isPart10(bytes)) return 'unreadable';
  try {
    // In Implicit VR the dictionary alone tells what is a sequence.
    const vrCallback = (tag: string) => vrOf(tag.slice(1)) ?? undefined;
    return withoutPatient(dicomParser.parseDicom(bytes, { vrCallback }), options);
  } catch {
    // The parser throws texts, also later: of an element that claims more than there is when its value is read.
    return 'unreadable';
  }
}

function withoutPatient(file: DataSet, options: DeidentifyOptions): Uint8Array<ArrayBuffer> | Refusal {
  const text = (tag: string) => file.string(tag)?.trim() ?? '';
  const syntax = text('x00020010') || implicitLittleEndian;
  if (syntax === bigEndian) return 'syntax';
  if (!mrImages.has(text('x00080016'))) return 'no-mr-image';
  if (text('x00280301').toUpperCase() === 'YES') return 'burned-in';
  const types = text('x00080008').toUpperCase().split('\\');
  if (types.some((type) => type.trim() === 'SCREEN SAVE' || type.trim() === 'SECONDARY CAPTURE'))
    return 'burned-in';
  // Where its slices lie stands in private attributes alone.
  if (types.includes('MOSAIC') || file.elements.x00651050 !== undefined) return 'mosaic';
  return new Cleaning(file, syntax, options).write();
}

/** One file on its way through the profile. */
class Cleaning {
  readonly #file: DataSet;
  readonly #syntax: string;
  readonly #writer: ElementWriter;
  readonly #pseudonyms: Pseudonyms;
  /** null where dates are removed. */
  readonly #days: number | null;
  readonly #patient: string;
  readonly #characterSets: readonly string[];

  constructor(file: DataSet, syntax: string, { pseudonyms, dates }: DeidentifyOptions) {
    this.#file = file;
    this.#syntax = syntax;
    this.#writer = new ElementWriter(syntax !== implicitLittleEndian);
    this.#pseudonyms = pseudonyms;
    this.#characterSets = (file.string('x00080005') ?? '').split('\\');
    // Without an id two studies are not known to be of one patient.
    const id = file.string('x00100020')?.trim() || `study ${file.string('x0020000d') ?? ''}`;
    this.#patient = pseudonyms.patient(id);
    this.#days = dates === 'shift' ? pseudonyms.days(id) : null;
  }

  write(): Uint8Array<ArrayBuffer> {
    const elements = new Map([...this.#cleaned(this.#file), ...this.#added()]);
    const sorted = [...elements].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, bytes]) => bytes);
    return joined([this.#meta(), ...sorted]);
  }

  /** Elements by their tags. */
  #cleaned(dataSet: DataSet): Map<string, Uint8Array> {
    const kept = new Map<string, Uint8Array>();
    for (const [name, element] of Object.entries(dataSet.elements)) {
      const tag = name.slice(1);
      const [group, number] = [tag.slice(0, 4), tag.slice(4)];
      const isPrivate = Number.parseInt(group, 16) % 2 === 1;
      if (isPrivate || number === '0000' || !isKeptGroup(group)) continue;
      const bytes = this.#clean(dataSet, tag, element);
      if (bytes !== null) kept.set(tag, bytes);
    }
    return kept;
  }

  #clean(dataSet: DataSet, tag: string, element: Element): Uint8Array | null {
    const vr = element.vr ?? (element.items === undefined ? vrOf(tag) : 'SQ');
    // Of an attribute that nobody knows it cannot be said what it holds.
    if (vr === null || vr === 'UN' || vrOf(tag) === null) return null;
    if (tag === '00100010') return this.#text(tag, 'PN', this.#patient);
    if (tag === '00100020') return this.#text(tag, 'LO', this.#patient);
    if (descriptions.has(tag)) return this.#described(dataSet, tag, vr, element);
    const isTime = vr === 'DA' || vr === 'DT' || vr === 'TM';
    if (isTime && tag !== '00100030' && this.#days !== null)
      return this.#moved(dataSet, tag, vr, element, this.#days);
    const action = actionOf(tag);
    if (action === 'X') return null;
    if (action === 'Z') return vr === 'SQ' ? this.#writer.sequence(tag, []) : this.#text(tag, vr, '');
    // A sequence of what says nothing would be one of nothing.
    if (action === 'D') return vr === 'SQ' ? null : this.#text(tag, vr, dummyOf(vr));
    if (vr === 'SQ') return this.#sequence(tag, element);
    // Whatever the table does not name: times, names of people, and what a UID stands for.
    if (isTime) return null;
    if (vr === 'PN') return this.#text(tag, vr, '');
    if (vr === 'UI') return this.#uids(dataSet, tag);
    const value = dataSet.byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
    if (element.fragments !== undefined) return this.#writer.fragments(tag, vr, value);
    return this.#writer.element(tag, vr, value);
  }

  #sequence(tag: string, element: Element): Uint8Array {
    const items = (element.items ?? []).flatMap(({ dataSet }) =>
      dataSet === undefined
        ? []
        : [
            joined(
              [...this.#cleaned(dataSet)]
                .sort(([one], [other]) => (one < other ? -1 : 1))
                .map(([, bytes]) => bytes),
            ),
          ],
    );
    return this.#writer.sequence(tag, items);
  }

  #uids(dataSet: DataSet, tag: string): Uint8Array {
    const uids = (dataSet.string(`x${tag}`) ?? '').split('\\').map((uid) => uid.replace(/[\0 ]/g, ''));
    const replaced = uids.map((uid) => (uid === '' || isStandard(uid) ? uid : this.#pseudonyms.uid(uid)));
    return this.#text(tag, 'UI', replaced.join('\\'));
  }

  #described(dataSet: DataSet, tag: string, vr: string, element: Element): Uint8Array | null {
    const bytes = dataSet.byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
    let text: string;
    try {
      text = decodeText(bytes, this.#characterSets);
    } catch {
      return null;
    }
    const words = cleanDescription(text);
    return words === '' ? null : this.#text(tag, vr, words);
  }

  #moved(dataSet: DataSet, tag: string, vr: string, { length }: Element, days: number): Uint8Array | null {
    if (length === 0 || vr === 'TM') {
      const value = vr === 'TM' ? (dataSet.string(`x${tag}`)?.trim() ?? '') : '';
      return this.#text(tag, vr, /^[\d.:\\ -]*$/.test(value) ? value : '');
    }
    const values = (dataSet.string(`x${tag}`) ?? '').split('\\').map((value) => shifted(value.trim(), days));
    return values.includes(null) ? this.#text(tag, vr, '') : this.#text(tag, vr, values.join('\\'));
  }

  #text(tag: string, vr: string, text: string): Uint8Array {
    return this.#writer.element(tag, vr, ascii.encode(text));
  }

  /** That it was done and how, and what private attributes said of diffusion. */
  #added(): Map<string, Uint8Array> {
    const added = new Map<string, Uint8Array>([
      ['00120062', this.#text('00120062', 'CS', 'YES')],
      ['00120063', this.#text('00120063', 'LO', 'Atoll: DICOM PS3.15 2024b, Basic Profile')],
      ['00120064', this.#writer.sequence('00120064', this.#methods())],
      ['00280303', this.#text('00280303', 'CS', this.#days === null ? 'REMOVED' : 'MODIFIED')],
    ]);
    // An enhanced image has them frame by frame, and by the standard.
    if (this.#file.elements.x52009230 !== undefined) return added;
    const bValue = bValueOf(this.#file);
    const direction = directionOf(this.#file);
    const directionality = directionalityOf(this.#file);
    if (bValue !== null) added.set('00189087', this.#writer.element('00189087', 'FD', doubles([bValue])));
    if (direction !== null) added.set('00189089', this.#writer.element('00189089', 'FD', doubles(direction)));
    if (directionality !== null) {
      added.set('00189075', this.#text('00189075', 'CS', directionality.toUpperCase()));
    }
    return added;
  }

  #methods(): Uint8Array[] {
    const codes = [
      ['113100', 'Basic Application Confidentiality Profile'],
      ['113105', 'Clean Descriptors Option'],
      ...(this.#days === null
        ? []
        : [['113107', 'Retain Longitudinal Temporal Information Modified Dates Option']]),
    ];
    return codes.map(([value, meaning]) =>
      joined([
        this.#text('00080100', 'SH', value),
        this.#text('00080102', 'SH', 'DCM'),
        this.#text('00080104', 'LO', meaning),
      ]),
    );
  }

  /** Preamble and meta header anew: a sender's own may hold names of its machines, and anything in the preamble. */
  #meta(): Uint8Array {
    const explicit = new ElementWriter(true);
    const text = (tag: string, vr: string, value: string) => explicit.element(tag, vr, ascii.encode(value));
    const body = joined([
      explicit.element('00020001', 'OB', new Uint8Array([0, 1])),
      text('00020002', 'UI', this.#file.string('x00080016')?.trim() ?? ''),
      text('00020003', 'UI', this.#pseudonyms.uid(this.#file.string('x00080018')?.trim() ?? '')),
      text('00020010', 'UI', this.#syntax),
      text('00020012', 'UI', implementation),
      text('00020013', 'SH', 'ATOLL'),
    ]);
    const preamble = new Uint8Array(132);
    preamble.set(ascii.encode('DICM'), 128);
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, body.length, true);
    return joined([preamble, explicit.element('00020000', 'UL', length), body]);
  }
}

/** Classes, syntaxes and the like, which are the same everywhere. */
const isStandard = (uid: string) => uid.startsWith('1.2.840.10008.');

function dummyOf(vr: string): string {
  if (vr === 'DA') return '19000101';
  if (vr === 'TM') return '000000';
  if (vr === 'DT') return '19000101000000';
  return ['AE', 'CS', 'LO', 'LT', 'SH', 'ST', 'UC', 'UT'].includes(vr) ? 'REMOVED' : '';
}

function doubles(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(8 * values.length);
  const view = new DataView(bytes.buffer);
  for (const [at, value] of values.entries()) view.setFloat64(8 * at, value, true);
  return bytes;
}

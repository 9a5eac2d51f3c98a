import { joined } from '../joined-bytes.ts';

/** Writes elements of a data set in little endian, with types (Explicit VR) or without. */
export class ElementWriter {
  readonly #isExplicit: boolean;

  constructor(isExplicit: boolean) {
    this.#isExplicit = isExplicit;
  }

  /**
   * @param tag as `ggggeeee`. @param value is padded to an even length.
   * @throws RangeError where its length does not fit into the field of its type.
   */
  element(tag: string, vr: string, value: Uint8Array): Uint8Array {
    const padded = value.length % 2 === 0 ? value : withPadding(value, vr);
    return joined([this.#head(tag, vr, padded.length), padded]);
  }

  /** What is packed in fragments: its bytes as they are, end mark included. */
  fragments(tag: string, vr: string, bytes: Uint8Array): Uint8Array {
    return joined([this.#head(tag, vr, 0xffffffff), bytes]);
  }

  sequence(tag: string, items: readonly Uint8Array[]): Uint8Array {
    const parts = items.flatMap((item) => [itemHead(item.length), item]);
    const length = items.reduce((sum, item) => sum + 8 + item.length, 0);
    return joined([this.#head(tag, 'SQ', length), ...parts]);
  }

  #head(tag: string, vr: string, length: number): Uint8Array {
    const wide = this.#isExplicit && longTypes.has(vr);
    const head = new Uint8Array(wide ? 12 : 8);
    const view = new DataView(head.buffer);
    writeTag(view, tag);
    if (this.#isExplicit) {
      head[4] = vr.charCodeAt(0);
      head[5] = vr.charCodeAt(1);
    }
    if (!this.#isExplicit) view.setUint32(4, length, true);
    else if (wide) view.setUint32(8, length, true);
    else if (length > 0xffff) throw new RangeError('An element is too long for its type.');
    else view.setUint16(6, length, true);
    return head;
  }
}

/** Types whose length takes four bytes in Explicit VR. */
const longTypes: ReadonlySet<string> = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '));

function itemHead(length: number): Uint8Array {
  const head = new Uint8Array(8);
  const view = new DataView(head.buffer);
  writeTag(view, 'fffee000');
  view.setUint32(4, length, true);
  return head;
}

function writeTag(view: DataView, tag: string): void {
  view.setUint16(0, Number.parseInt(tag.slice(0, 4), 16), true);
  view.setUint16(2, Number.parseInt(tag.slice(4), 16), true);
}

function withPadding(value: Uint8Array, vr: string): Uint8Array {
  const padded = new Uint8Array(value.length + 1);
  padded.set(value);
  padded[value.length] = vr === 'UI' || vr.startsWith('O') || vr === 'UN' ? 0 : 0x20;
  return padded;
}

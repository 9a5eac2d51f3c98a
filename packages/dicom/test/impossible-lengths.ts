import dicomParser from 'dicom-parser';
import { ElementWriter } from '../src/deidentify/element-writer.ts';

const longTypes: ReadonlySet<string> = new Set(['OB', 'OW', 'SQ', 'UN', 'UT']);

/** Files like this one (Explicit or Implicit VR, little-endian), each with one element of another length than it has. */
export function withImpossibleLengths(bytes: Uint8Array): Uint8Array[] {
  const { elements } = dicomParser.parseDicom(bytes);
  return Object.values(elements).flatMap(({ tag, vr, dataOffset, length }) =>
    [length + 1, 0xfffe, 0xffff, 0x7ffffffe, 0xfffffffe, 0xffffffff].map((claimed) => {
      const copy = new Uint8Array(bytes);
      const view = new DataView(copy.buffer);
      const isWide = vr === undefined || longTypes.has(vr);
      if (isWide) view.setUint32(dataOffset - 4, claimed, true);
      else view.setUint16(dataOffset - 2, claimed, true);
      if (tag === 'x7fe00010') return copy.subarray(0, dataOffset + 4);
      return copy;
    }),
  );
}

/** A file without sequences, of Explicit VR, in Implicit VR. */
export function asImplicit(bytes: Uint8Array): Uint8Array {
  const [explicit, implicit] = [new ElementWriter(true), new ElementWriter(false)];
  const inOrder = Object.values(dicomParser.parseDicom(bytes).elements).sort(
    (one, other) => one.dataOffset - other.dataOffset,
  );
  const parts = inOrder.flatMap(({ tag, vr = 'UN', dataOffset, length }) => {
    const name = tag.slice(1);
    const value = bytes.subarray(dataOffset, dataOffset + length);
    if (name === '00020000') return [];
    if (name === '00020010') return [explicit.element(name, vr, Buffer.from('1.2.840.10008.1.2'))];
    return [(name.startsWith('0002') ? explicit : implicit).element(name, vr, value)];
  });
  return Buffer.concat([bytes.subarray(0, 132), ...parts]);
}

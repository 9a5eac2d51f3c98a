import { isPart10, openDataSet } from './data-set.ts';
import { joined } from './joined-bytes.ts';

const explicitBigEndian = '1.2.840.10008.1.2.2';

/** Types whose length takes four bytes in Explicit VR. */
const longTypes: ReadonlySet<string> = new Set([
  'OB',
  'OD',
  'OF',
  'OL',
  'OV',
  'OW',
  'SQ',
  'UC',
  'UN',
  'UR',
  'UT',
]);

/**
 * A DICOM file with other texts in elements that it has (such as `x0020000e`, its series); what it does not have is
 * left out. The pixels stay as they are.
 * @throws whatever dicom-parser throws.
 */
export function withElements(bytes: Uint8Array, texts: ReadonlyMap<string, string>): Uint8Array {
  const dataSet = openDataSet(bytes);
  const syntax = isPart10(bytes) ? dataSet.string('x00020010') : undefined;
  const littleEndian = syntax !== explicitBigEndian;
  const changes = [...texts].flatMap(([tag, text]) => {
    const element = dataSet.elements[tag];
    return element === undefined ? [] : [{ element, text }];
  });
  const parts: Uint8Array[] = [];
  let done = 0;
  for (const { element, text } of changes.sort((a, b) => a.element.dataOffset - b.element.dataOffset)) {
    const padded =
      text.length % 2 === 0 ? text : `${text}${element.vr === 'UI' || /^[\d.]+$/.test(text) ? '\0' : ' '}`;
    const value = new TextEncoder().encode(padded);
    // Implicit VR has no type and four bytes of length; Explicit VR two, but for some types.
    const wide = element.vr === undefined || longTypes.has(element.vr);
    const length = new Uint8Array(wide ? 4 : 2);
    const view = new DataView(length.buffer);
    if (wide) view.setUint32(0, value.length, littleEndian);
    else view.setUint16(0, value.length, littleEndian);
    parts.push(bytes.subarray(done, element.dataOffset - length.length), length, value);
    done = element.dataOffset + element.length;
  }
  parts.push(bytes.subarray(done));
  return joined(parts);
}

import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { madeDicom } from '../test/made-dicom.ts';
import { inflated, isDeflated } from './deflated.ts';
import { nonImageWords } from './non-image.ts';
import { readDicomHeader } from './triage.ts';

const plain = madeDicom({ series: '1.2.3.1', seriesNumber: 7, bValue: 1000 });

/** The same file in Deflated Explicit VR Little Endian, as its meta header says with a UID of three characters more. */
function deflated(): Uint8Array {
  const length = new DataView(plain.buffer, plain.byteOffset).getUint32(140, true);
  const meta = Buffer.from(plain.subarray(0, 144 + length));
  const at = meta.indexOf('1.2.840.10008.1.2.1\0', 0, 'latin1');
  const before = meta.subarray(0, at);
  before.writeUInt16LE(22, at - 2);
  before.writeUInt32LE(length + 2, 140);
  const rest = deflateRawSync(plain.subarray(144 + length));
  return new Uint8Array(
    Buffer.concat([before, Buffer.from('1.2.840.10008.1.2.1.99'), meta.subarray(at + 20), rest]),
  );
}

describe('a deflated DICOM file', () => {
  it('is the same image once it is unpacked', async () => {
    const packed = deflated();
    expect([isDeflated(packed), isDeflated(plain)]).toEqual([true, false]);
    expect(readDicomHeader(await inflated(packed))).toEqual(readDicomHeader(plain));
  });

  it('that is damaged is refused', async () => {
    await expect(inflated(deflated().fill(0xff, 300))).rejects.toMatchObject({
      code: 'DICOM_FILE_UNREADABLE',
    });
  });
});

describe('DICOM that is no image', () => {
  it('is named as what it is', () => {
    const header = plain.subarray(0, plain.length - 524);
    expect(nonImageWords(plain, true)).toBeNull();
    expect(nonImageWords(header, true)).toContain('without pixel data');
    const report = Buffer.from(plain);
    // Of the same length with its padding; the last one is the data set's own.
    const uid = report.lastIndexOf('1.2.840.10008.5.1.4.1.1.4\0', undefined, 'latin1');
    report.write('1.2.840.10008.5.1.4.1.1.88', uid, 'latin1');
    expect(nonImageWords(report, true)).toContain('structured report');
  });
});

import { describe, expect, it } from 'vitest';
import { madeDicom } from '../../test/made-dicom.ts';
import { readInstanceHeader } from './instance-header.ts';

const sound = madeDicom({ series: '1.2.3' });

describe('the header of an instance', () => {
  it('of which any length is too long by far is told to be cut off, or is none', () => {
    let told = 0;
    for (let at = 132; at + 2 <= Math.min(sound.length, 700); at++) {
      const spoilt = Uint8Array.from(sound);
      spoilt.set([0xf0, 0xff], at);
      const header = readInstanceHeader(spoilt);
      if (header === 'truncated' || header === null) told++;
    }
    expect(told).toBeGreaterThan(20);
  });

  it('cut off anywhere is told to be so, or is whole', () => {
    const whole = readInstanceHeader(sound);
    expect(whole).toMatchObject({ seriesUid: '1.2.3' });
    for (let length = 0; length < sound.length; length += 3) {
      const header = readInstanceHeader(sound.subarray(0, length));
      expect(header === 'truncated' || header === null || header.seriesUid === '1.2.3').toBe(true);
    }
  });
});

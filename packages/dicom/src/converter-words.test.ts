import { describe, expect, it } from 'vitest';
import { converterWarnings, keepLine } from './converter-words.ts';

const messages = (...lines: string[]) => converterWarnings(lines).map(({ message }) => message);

describe('what the converter warns of', () => {
  it('is told in words where they are known, once each, the serious as such', () => {
    const told = converterWarnings([
      'Warning: Interslice distance varies in this volume (incompatible with NIfTI format).',
      'Warning: Interslice distance varies in this volume (incompatible with NIfTI format).',
      'DICOM images may be missing, expected 53 spatial locations per volume, but found 40 slices.',
      'Warning: Check b-vectors carefully',
    ]);
    expect(told.map(({ severity }) => severity)).toEqual(['serious', 'serious', 'caution']);
    expect(told[0].message).toMatch(/^The slices are not evenly spaced\./);
  });

  it('is told as it is where it is not known, without names of files, UIDs and control characters', () => {
    const [told] = messages(
      'Warning: \u001b[31mstrange /in/7.dcm of 1.2.840.113619.2.5.17 in /out/Smith^John',
    );
    expect(told).toBe('The DICOM converter (dcm2niix) warns: “[31mstrange a file of a series in a file”');
  });

  it('is left out where it says nothing of the image, and where it is no warning', () => {
    expect(
      messages(
        'Convert 76 DICOM as /out/x (96x96x38x2)',
        'Warning: Instance Number (0020,0013) order is not spatial.',
        'Warning: Siemens MoCo? Bogus slice timing (range -1..-1, TR=4414 seconds)',
        '::autoBids:Siemens CSAseqFname:',
      ),
    ).toEqual([]);
  });

  it('is kept within bounds', () => {
    const kept: string[] = [];
    for (let at = 0; at < 10_000; at++) keepLine(kept, `Warning: ${at} ${'x'.repeat(10_000)}`);
    expect(kept.length).toBeLessThanOrEqual(200);
    expect(Math.max(...kept.map(({ length }) => length))).toBeLessThan(1000);
    expect(messages(...kept).length).toBeLessThanOrEqual(6);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseByteRange } from './byte-range.ts';

describe('a Range header', () => {
  it('names the first and the last byte, both included', () => {
    expect(parseByteRange('bytes=0-499', 1000)).toEqual({ kind: 'part', first: 0, last: 499 });
    expect(parseByteRange('bytes=500-500', 1000)).toEqual({ kind: 'part', first: 500, last: 500 });
  });

  it('without a last byte goes to the end', () => {
    expect(parseByteRange('bytes=900-', 1000)).toEqual({ kind: 'part', first: 900, last: 999 });
  });

  it('without a first byte counts from the end', () => {
    expect(parseByteRange('bytes=-100', 1000)).toEqual({ kind: 'part', first: 900, last: 999 });
    expect(parseByteRange('bytes=-5000', 1000)).toEqual({ kind: 'part', first: 0, last: 999 });
  });

  it('is cut at the end of the file', () => {
    expect(parseByteRange('bytes=990-2000', 1000)).toEqual({ kind: 'part', first: 990, last: 999 });
  });

  it('beyond the end, or of no bytes at the end, cannot be satisfied', () => {
    for (const header of ['bytes=1000-', 'bytes=1000-1001', 'bytes=-0', 'bytes=99999999999999999999-']) {
      expect(parseByteRange(header, 1000)).toEqual({ kind: 'unsatisfiable' });
    }
    expect(parseByteRange('bytes=0-', 0)).toEqual({ kind: 'unsatisfiable' });
    expect(parseByteRange('bytes=-1', 0)).toEqual({ kind: 'unsatisfiable' });
  });

  it('that is absent, wrong, of another unit or of several ranges means the whole file', () => {
    const headers = [
      undefined,
      '',
      'bytes=',
      'bytes=-',
      'bytes=5-4',
      'bytes=a-b',
      'items=0-5',
      'bytes=0-1,5-6',
    ];
    for (const header of headers) expect(parseByteRange(header, 1000)).toEqual({ kind: 'whole' });
  });

  it('never yields bytes outside the file', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.nat(), fc.nat(5000), (noise, from, to, sizeBytes) => {
        for (const header of [noise, `bytes=${noise}`, `bytes=${from}-${to}`, `bytes=-${to}`]) {
          const range = parseByteRange(header, sizeBytes);
          if (range.kind !== 'part') continue;
          expect(range.first).toBeGreaterThanOrEqual(0);
          expect(range.last).toBeGreaterThanOrEqual(range.first);
          expect(range.last).toBeLessThan(sizeBytes);
        }
      }),
    );
  });
});

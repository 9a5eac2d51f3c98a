import { constants, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inflateGzip } from './inflate.ts';

const text = (words: string) => new TextEncoder().encode(words);
const mebibyte = 1 << 20;

/** Bytes that pack in every way: runs, repeats near and far, and noise. */
const packable = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.tuple(fc.nat(255), fc.nat(70_000)).map(([byte, length]) => new Uint8Array(length).fill(byte)),
      fc
        .uint8Array({ minLength: 1, maxLength: 40 })
        .map((part) => new Uint8Array(4000).map((_, i) => part[i % part.length])),
    ),
    { maxLength: 6 },
  )
  .map((parts) => new Uint8Array(Buffer.concat(parts)));

describe('inflating gzip in plain code', () => {
  it('gives back what zlib packed, at every level and by every strategy', () => {
    const settings = fc.record({
      level: fc.constantFrom(0, 1, 6, 9),
      strategy: fc.constantFrom(
        constants.Z_DEFAULT_STRATEGY,
        constants.Z_FIXED,
        constants.Z_HUFFMAN_ONLY,
        constants.Z_RLE,
      ),
    });
    fc.assert(
      fc.property(packable, settings, (bytes, options) => {
        const inflated = inflateGzip(gzipSync(bytes, options), mebibyte);
        expect(inflated.end).toBe('complete');
        expect(Buffer.compare(inflated.bytes, bytes)).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  it('goes through several members, and passes over what follows the last', () => {
    const members = Buffer.concat([gzipSync(text('left ')), gzipSync(text('')), gzipSync(text('right'))]);
    for (const rest of [[], [0, 0, 0], [0x1f], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]]) {
      const inflated = inflateGzip(Buffer.concat([members, Buffer.from(rest)]), 100);
      expect(inflated).toEqual({ bytes: text('left right'), end: 'complete' });
    }
  });

  it('steps over extra field, name, comment and checksum of a member header', () => {
    const plain = gzipSync(text('head'));
    const fields = [...[3, 0, 9, 9, 9], ...text('a.nii\0'), ...text('from a scanner\0'), ...[0, 0]];
    const header = [...plain.subarray(0, 3), 4 | 8 | 16 | 2, ...plain.subarray(4, 10)];
    const packed = Uint8Array.from([...header, ...fields, ...plain.subarray(10)]);
    expect(inflateGzip(packed, 100)).toEqual({ bytes: text('head'), end: 'complete' });
  });

  it('stops at the limit with that much, however the bytes are packed', () => {
    const noise = Uint8Array.from({ length: 5000 }, (_, i) => Math.imul(i, 2654435761) >>> 24);
    for (const bytes of [new Uint8Array(5000), noise])
      for (const level of [0, 9])
        for (const limit of [0, 1, 348, 4999]) {
          const inflated = inflateGzip(gzipSync(bytes, { level }), limit);
          expect(inflated).toEqual({ bytes: bytes.subarray(0, limit), end: 'limit' });
        }
    expect(inflateGzip(gzipSync(noise), 5000).end).toBe('complete');
  });

  it('takes no more memory than the limit asks for', () => {
    const bomb = gzipSync(new Uint8Array(50 * mebibyte));
    const inflated = inflateGzip(bomb, 1000);
    expect(inflated.bytes.buffer.byteLength).toBe(1000);
  });

  it('says that a file was cut off, wherever that was', () => {
    for (const level of [0, 1, 9]) {
      const packed = gzipSync(text('The lesion is on the left, on the left, on the left.'), { level });
      for (let length = 0; length < packed.length; length++) {
        expect(inflateGzip(packed.subarray(0, length), 100).end).toBe('truncated');
      }
    }
  });

  it('never takes damaged bytes for sound ones', () => {
    const bytes = text('lesion '.repeat(40));
    const flips = fc.record({ level: fc.constantFrom(0, 1, 9), at: fc.nat(), bit: fc.nat(7) });
    fc.assert(
      fc.property(flips, ({ level, at, bit }) => {
        const packed = gzipSync(bytes, { level });
        packed[at % packed.length] ^= 1 << bit;
        const inflated = inflateGzip(packed, mebibyte);
        // Time stamp, system and such may change; the bytes may not.
        if (inflated.end === 'complete') expect(inflated.bytes).toEqual(bytes);
        else expect(inflated.bytes.length).toBeLessThanOrEqual(mebibyte);
      }),
      { numRuns: 1000 },
    );
  });

  it('ends, whatever it is given', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        const packed = Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, ...noise]);
        expect(inflateGzip(packed, 1000).bytes.length).toBeLessThanOrEqual(1000);
      }),
      { numRuns: 1000 },
    );
  });
});

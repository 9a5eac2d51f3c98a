import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { errorCode } from '../test/error-code.ts';
import { gunzip, gunzipStart, gzip, inflateByStream, isGzip } from './gzip.ts';

const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i % 251) ^ (i >> 10));
const packed = new Uint8Array(gzipSync(bytes));
const withBadChecksum = packed.map((byte, i) => (i === packed.length - 8 ? byte ^ 1 : byte));
const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

describe('gunzip', () => {
  it('gives back what was packed', async () => {
    expect(Buffer.compare(await gunzip(packed, bytes.length), bytes)).toBe(0);
  });

  it('goes through several members, and passes over what follows the last', async () => {
    const members = joined(packed, packed, new Uint8Array(512));
    expect((await gunzip(members, 1e6)).length).toBe(2 * bytes.length);
  });

  it('says whether a file is too large, cut off or damaged', async () => {
    expect(await errorCode(() => gunzip(packed, bytes.length - 1))).toBe('IMAGE_TOO_LARGE');
    expect(await errorCode(() => gunzip(packed.subarray(0, 400), 1e6))).toBe('IMAGE_TRUNCATED');
    expect(await errorCode(() => gunzip(packed.subarray(0, packed.length - 1), 1e6))).toBe('IMAGE_TRUNCATED');
    expect(await errorCode(() => gunzip(withBadChecksum, 1e6))).toBe('IMAGE_CORRUPT');
    expect(await errorCode(() => gunzip(packed.with(20, packed[20] ^ 255), 1e6))).not.toBe('none');
  });
});

describe('the way of browsers, which have no zlib', () => {
  it.each([
    ['a sound file', packed, 1e6, 'complete'],
    ['two members and padding', joined(packed, packed, new Uint8Array(9)), 1e6, 'complete'],
    ['a file beyond the limit', packed, 1000, 'limit'],
    ['a file that was cut off', packed.subarray(0, 400), 1e6, 'truncated'],
    ['a damaged file', withBadChecksum, 1e6, 'corrupt'],
  ])('comes to the same verdict on %s', async (_, file, limit, end) => {
    const inflated = await inflateByStream(file, limit);
    expect(inflated.end).toBe(end);
    if (end === 'complete') expect(Buffer.compare(inflated.bytes, await gunzip(file, limit))).toBe(0);
  });
});

describe('gunzipStart', () => {
  it('gives the first bytes of a file, or of the first part of one', () => {
    expect(gunzipStart(packed, 544)).toEqual(bytes.subarray(0, 544));
    expect(gunzipStart(packed.subarray(0, 2000), 544)).toEqual(bytes.subarray(0, 544));
  });

  it('gives what there is of a file that is shorter, and refuses one damaged from its start', async () => {
    expect(gunzipStart(gzipSync(bytes.subarray(0, 5)), 544)).toEqual(bytes.subarray(0, 5));
    expect(await errorCode(() => gunzipStart(packed.with(2, 7), 544))).toBe('IMAGE_CORRUPT');
  });
});

describe('gzip', () => {
  it('packs what every reader unpacks, with nothing of the time or the machine', async () => {
    const file = await gzip(bytes);
    expect(isGzip(file)).toBe(true);
    expect([...file.subarray(4, 8), file[9]]).toEqual([0, 0, 0, 0, 255]);
    expect(Buffer.compare(gunzipSync(file), bytes)).toBe(0);
    expect(await gzip(bytes)).toEqual(file);
  });
});

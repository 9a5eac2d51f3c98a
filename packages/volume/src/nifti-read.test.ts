import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorCode } from '../test/error-code.ts';
import { nibabelFiles } from '../test/nibabel-files.ts';
import { realCase, withoutRealData } from '../test/real-case.ts';
import { type StoredType, storedNifti, storedTypes } from '../test/stored-nifti.ts';
import { scaling } from './affine.ts';
import { gunzip, gzip } from './gzip.ts';
import { readNifti, readNiftiHeader, readNiftiMask } from './nifti-read.ts';
import { orientationCode } from './orientation.ts';

const storedTypeNames = Object.keys(storedTypes).filter((name): name is StoredType => name in storedTypes);
const counted = (length: number) => Array.from({ length }, (_, i) => i + 1);

/** The same bytes at another place in memory, as small Node buffers lie in a shared pool. */
function shifted(bytes: Uint8Array, by: number): Buffer {
  const pool = Buffer.alloc(bytes.length + by);
  pool.set(bytes, by);
  return pool.subarray(by);
}

describe('voxels', () => {
  it.each(storedTypeNames)(
    'of type %s come out as stored, in both versions and byte orders',
    async (type) => {
      const { low, high } = storedTypes[type];
      const images = fc.record({
        version: fc.constantFrom(1 as const, 2 as const),
        littleEndian: fc.boolean(),
        values: fc.array(
          fc.maxSafeInteger().map((n) => Math.max(low, Math.min(high, n))),
          {
            minLength: 24,
            maxLength: 24,
          },
        ),
        extension: fc.constantFrom(0, 16),
        offset: fc.nat(8),
      });
      await fc.assert(
        fc.asyncProperty(images, async ({ offset, ...parts }) => {
          const { shape, data } = await readNifti(shifted(storedNifti({ type, ...parts }), offset));
          expect(shape).toEqual([2, 3, 4]);
          expect([...data]).toEqual(parts.values.map(Math.fround));
        }),
        { numRuns: 30 },
      );
    },
  );

  it('are scaled in double precision before they are rounded to 32 bits', async () => {
    const values = [16777217, 16777219, ...counted(22)];
    for (const type of ['int32', 'int64'] as const) {
      const { data } = await readNifti(storedNifti({ type, values, slope: 0.5, intercept: -8388608 }));
      expect([...data.subarray(0, 3)]).toEqual([0.5, 1.5, 0.5 - 8388608]);
    }
  });

  it('that are NaN or endless stay so', async () => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY, ...counted(22)];
    const { data } = await readNifti(storedNifti({ type: 'float32', values }));
    expect([...data.subarray(0, 3)]).toEqual([Number.NaN, Number.POSITIVE_INFINITY, 1]);
  });

  it('are inside a mask above one half', async () => {
    const values = [0, 0.5, 0.51, 1, 255, -1, Number.NaN, ...new Array(17).fill(0)];
    const { data } = await readNiftiMask(storedNifti({ type: 'float32', values }));
    expect([...data.subarray(0, 7)]).toEqual([0, 0, 1, 1, 1, 0, 0]);
  });

  it.each(nibabelFiles)('and geometry are as nibabel has them: $title', async (file) => {
    const image = await readNifti(Buffer.from(file.base64, 'base64'));
    expect(image.header.affineFrom).toBe(file.affineFrom);
    image.affine.flat().forEach((entry, i) => {
      expect(entry).toBeCloseTo(file.affine.flat()[i], 5);
    });
    file.first.forEach((value, i) => {
      expect(image.data[i]).toBeCloseTo(value, 6);
    });
  });
});

describe('an image of several volumes', () => {
  const four = storedNifti({ dim: [2, 2, 1, 3], values: counted(12) });

  it('gives the one that is chosen', async () => {
    expect([...(await readNifti(four, { volumeIndex: 1 })).data]).toEqual([5, 6, 7, 8]);
    expect([...(await readNifti(await gzip(four), { volumeIndex: 2 })).data]).toEqual([9, 10, 11, 12]);
  });

  it('is refused when none is chosen, or one that is not there', async () => {
    await expect(readNifti(four)).rejects.toThrow('The image has 3 volumes, and none was selected.');
    for (const volumeIndex of [3, -1, 0.5, Number.NaN]) {
      expect(await errorCode(() => readNifti(four, { volumeIndex }))).toBe('IMAGE_NOT_3D');
    }
  });

  it('needs no choice when there is only one', async () => {
    const one = storedNifti({ dim: [2, 2, 1, 1, 1], values: counted(4) });
    expect([...(await readNifti(one)).data]).toEqual([1, 2, 3, 4]);
  });
});

describe('a file', () => {
  const whole = storedNifti({ values: counted(24) });

  it('is unpacked by what it holds, not by its name', async () => {
    const packed = await gzip(whole);
    expect((await readNifti(packed)).data).toEqual((await readNifti(whole)).data);
  });

  it('may be longer than it needs to be, packed or not', async () => {
    const longer = new Uint8Array([...whole, ...new Uint8Array(100)]);
    expect((await readNifti(longer)).data.length).toBe(24);
    expect((await readNifti(await gzip(longer))).data.length).toBe(24);
  });

  it('that ends early is refused wherever it ends', async () => {
    for (let length = 0; length < whole.length; length++) {
      const expected = length < 4 ? 'IMAGE_NOT_NIFTI' : 'IMAGE_TRUNCATED';
      expect(await errorCode(() => readNifti(whole.subarray(0, length)))).toBe(expected);
    }
  });

  it('that was packed and then cut off is refused wherever it ends', async () => {
    const packed = await gzip(whole);
    for (let length = 2; length < packed.length; length++) {
      const code = await errorCode(() => readNifti(packed.subarray(0, length)));
      expect(['IMAGE_TRUNCATED', 'IMAGE_NOT_NIFTI']).toContain(code);
    }
  });

  it('that was cut off and then packed is refused', async () => {
    const packed = await gzip(whole.subarray(0, whole.length - 1));
    expect(await errorCode(() => readNifti(packed))).toBe('IMAGE_TRUNCATED');
  });

  it('shows its header from its first bytes, packed or not', async () => {
    const noise = Array.from({ length: 60 ** 3 }, (_, i) => Math.imul(i, 2654435761) >> 16);
    const large = storedNifti({ dim: [60, 60, 60], values: noise });
    const packed = await gzip(large);
    expect(readNiftiHeader(large.subarray(0, 348)).shape).toEqual([60, 60, 60]);
    expect(packed.length).toBeGreaterThan(1 << 17);
    expect(readNiftiHeader(packed.subarray(0, 1 << 16)).shape).toEqual([60, 60, 60]);
    expect(readNiftiHeader(packed.subarray(0, 4000)).shape).toEqual([60, 60, 60]);
  });

  it('that promises more than is allowed is refused before anything is unpacked', async () => {
    const fine = scaling([0.05, 0.05, 0.05]);
    const vast = storedNifti({ version: 2, dim: [8000, 8000, 8000], sform: { code: 1, affine: fine } });
    expect(await errorCode(() => readNifti(vast))).toBe('IMAGE_TOO_LARGE');
    expect(await errorCode(async () => readNifti(await gzip(vast)))).toBe('IMAGE_TOO_LARGE');
    const long = storedNifti({ version: 2, dim: [10, 10, 10, 1_000_000_000] });
    expect(await errorCode(() => readNifti(long, { volumeIndex: 0 }))).toBe('IMAGE_TOO_LARGE');
    expect(await errorCode(() => readNifti(whole, { maxVoxels: 23 }))).toBe('IMAGE_TOO_LARGE');
    expect(await errorCode(() => readNifti(whole, { maxBytes: whole.length - 1 }))).toBe('IMAGE_TOO_LARGE');
    expect(await errorCode(() => readNifti(whole, { maxVoxels: 24, maxBytes: whole.length }))).toBe('none');
  });

  it('that promises more than it holds takes no memory for it', async () => {
    const hollow = storedNifti({ dim: [400, 400, 400] });
    const before = process.memoryUsage().arrayBuffers;
    expect(await errorCode(() => readNifti(hollow))).toBe('IMAGE_TRUNCATED');
    expect(await errorCode(async () => readNifti(await gzip(hollow)))).toBe('IMAGE_TRUNCATED');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16e6);
  });

  it('that unpacks to far more than its header describes is refused', async () => {
    const unpacked = new Uint8Array(20e6);
    unpacked.set(whole);
    const bomb = await gzip(unpacked);
    expect(bomb.length).toBeLessThan(40e3);
    expect(await errorCode(() => readNifti(bomb))).toBe('IMAGE_TOO_LARGE');
  });
});

describe('damaged files', () => {
  it('never end in anything but an error of the catalogue', async () => {
    const packed = await gzip(storedNifti({ values: counted(24) }));
    const damage = fc.record({
      bytes: fc.constantFrom(
        storedNifti({ values: counted(24) }),
        storedNifti({ version: 2, littleEndian: false, values: counted(24) }),
        packed,
      ),
      at: fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { minLength: 1, maxLength: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ bytes, at }) => {
        const damaged = bytes.slice();
        for (const [place, value] of at) damaged[place % damaged.length] = value;
        await errorCode(() => readNifti(damaged, { volumeIndex: 0, maxBytes: 1e6 }));
      }),
      { numRuns: 1500 },
    );
  });

  it('never do so when all of the header is noise behind its magic', async () => {
    const noise = fc.uint8Array({ minLength: 348, maxLength: 600 });
    await fc.assert(
      fc.asyncProperty(noise, fc.constantFrom(1 as const, 2 as const), async (bytes, version) => {
        const sound = storedNifti({ version });
        const noisy = bytes.slice();
        noisy.set(sound.subarray(0, 4));
        const magicAt = version === 1 ? 344 : 4;
        noisy.set(sound.subarray(magicAt, magicAt + 4), magicAt);
        await errorCode(() => readNifti(noisy, { volumeIndex: 0, maxBytes: 1e6 }));
      }),
      { numRuns: 500 },
    );
  });
});

describe.skipIf(withoutRealData)('the real case', () => {
  it('is read with the geometry and the values that nibabel finds', async () => {
    const dwi = await readNifti(await realCase('dwi'));
    expect(dwi.shape).toEqual([112, 112, 73]);
    expect(orientationCode(dwi.affine)).toBe('LAS');
    expect(dwi.header).toMatchObject({ version: 1, datatype: 64, affineFrom: 'sform', volumes: 1 });
    const sum = dwi.data.reduce((total, value) => total + value, 0);
    expect(sum / 32_151_037.97).toBeCloseTo(1, 6);
  });

  it('cut off or damaged on its way is refused', async () => {
    const packed = await realCase('dwi');
    expect(await errorCode(() => readNifti(packed.subarray(0, packed.length >> 1)))).toBe('IMAGE_TRUNCATED');
    const damaged = Uint8Array.from(packed);
    damaged[damaged.length - 5] ^= 1;
    expect(await errorCode(() => readNifti(damaged))).toBe('IMAGE_CORRUPT');
    expect((await gunzip(packed, 8e6)).length).toBe(352 + 8 * 112 * 112 * 73);
  });
});

import { describe, expect, it } from 'vitest';
import { errorCode } from '../test/error-code.ts';
import { identity, storedNifti, storedTypes } from '../test/stored-nifti.ts';
import { headerBytes, parseNiftiHeader } from './nifti-header.ts';
import type { Affine } from './volume.ts';

const nan = Number.NaN;
const flat: Affine = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 0, 0],
];
const las: Affine = [
  [-2, 0, 0, 90],
  [0, 2, 0, -126],
  [0, 0, 2.5, -72],
];
/** A turn by 180° about z with an offset: x and y run backwards. */
const halfTurn = { code: 1, numbers: [0, 0, 1, 10, 20, 30] };

describe('the place of an image in the world', () => {
  it('comes from the sform before the qform', () => {
    const header = parseNiftiHeader(storedNifti({ sform: { code: 2, affine: las }, qform: halfTurn }));
    expect(header).toMatchObject({ affineFrom: 'sform', affine: las });
  });

  it('comes from the qform where there is no sform', () => {
    const bytes = storedNifti({
      sform: { code: 0, affine: las },
      qform: halfTurn,
      pixdim: [1, 2, 3, 4],
    });
    const { affine, affineFrom } = parseNiftiHeader(bytes);
    expect(affineFrom).toBe('qform');
    expect(affine.map((row) => row.map((n) => n + 0))).toEqual([
      [-2, 0, 0, 10],
      [0, -3, 0, 20],
      [0, 0, 4, 30],
    ]);
  });

  it.each([
    ['not finite', [[nan, 0, 0, 0], identity[1], identity[2]] as const],
    ['flat', flat],
  ])('comes from the qform where the sform is %s', (_, affine) => {
    const header = parseNiftiHeader(storedNifti({ sform: { code: 1, affine }, qform: halfTurn }));
    expect(header.affineFrom).toBe('qform');
  });

  it('is mirrored along the third axis by a negative qfac', () => {
    const bytes = storedNifti({
      sform: { code: 0, affine: identity },
      qform: { code: 1, numbers: [0, 0, 0, 0, 0, 0] },
      pixdim: [-1, 2, 2, 5],
    });
    expect(parseNiftiHeader(bytes).affine[2]).toEqual([0, 0, -5, 0]);
  });

  it('comes from pixdim where the header names neither form', () => {
    const bytes = storedNifti({ sform: { code: 0, affine: flat }, pixdim: [0, 2, 3, -4] });
    expect(parseNiftiHeader(bytes)).toMatchObject({
      affineFrom: 'pixdim',
      affine: [
        [2, 0, 0, 0],
        [0, 3, 0, 0],
        [0, 0, 4, 0],
      ],
    });
  });

  it.each([
    [
      'both forms are unusable',
      { sform: { code: 1, affine: flat }, qform: { code: 1, numbers: [nan, 0, 0] } },
    ],
    ['the only form is unusable, for then pixdim is not asked', { sform: { code: 1, affine: flat } }],
    ['no form is given and a spacing is zero', { sform: { code: 0, affine: flat }, pixdim: [1, 2, 0, 2] }],
    [
      'no form is given and a spacing is endless',
      { sform: { code: 0, affine: flat }, pixdim: [1, 2, Infinity, 2] },
    ],
  ])('is refused where %s', async (_, parts) => {
    expect(await errorCode(() => parseNiftiHeader(storedNifti(parts)))).toBe('IMAGE_BAD_AFFINE');
  });

  it.each([
    ['metres', 1, 0.002],
    ['millimetres', 2, 2],
    ['micrometres', 3, 2000],
    ['an unknown unit, taken as millimetres, with seconds for time', 8, 2],
  ])('is in millimetres when the file is in %s', (_, units, step) => {
    for (const version of [1, 2] as const)
      for (const littleEndian of [true, false]) {
        const affine: Affine = [
          [-step, 0, 0, 0],
          [0, step, 0, 0],
          [0, 0, step, 10 * step],
        ];
        const bytes = storedNifti({
          version,
          littleEndian,
          units,
          sform: { code: 1, affine },
          pixdim: [1, step, step, step],
        });
        const header = parseNiftiHeader(bytes);
        expect(header.affine[0][0]).toBeCloseTo(-2, 5);
        expect(header.affine[2][3]).toBeCloseTo(20, 5);
        expect(header.pixdimMm[1]).toBeCloseTo(2, 5);
      }
  });
});

describe('dimensions', () => {
  it('beyond the third count volumes', () => {
    expect(parseNiftiHeader(storedNifti({ dim: [5, 6, 7] }))).toMatchObject({ shape: [5, 6, 7], volumes: 1 });
    expect(parseNiftiHeader(storedNifti({ dim: [5, 6, 7, 3] })).volumes).toBe(3);
    expect(parseNiftiHeader(storedNifti({ dim: [5, 6, 7, 1, 2, 3, 1] })).volumes).toBe(6);
  });

  it('beyond the named rank are not looked at', () => {
    expect(parseNiftiHeader(storedNifti({ dim: [5, 6, 7, 0, -1], rank: 3 })).volumes).toBe(1);
    expect(parseNiftiHeader(storedNifti({ dim: [5, 6], rank: 2 })).shape).toEqual([5, 6, 1]);
  });

  it.each([
    ['zero', { dim: [4, 0, 4] }],
    ['negative', { dim: [4, 4, -4] }],
    ['of no rank', { dim: [4, 4, 4], rank: 0 }],
    ['of a negative rank', { dim: [4, 4, 4], rank: -3 }],
    ['of too high a rank', { dim: [4, 4, 4], rank: 8 }],
    ['past counting', { version: 2, dim: [2 ** 40, 2 ** 40, 2 ** 40] }],
    ['past counting, over all volumes', { version: 2, dim: [1, 1, 1, 2 ** 52, 2 ** 52] }],
  ] as const)('that are %s are refused', async (_, parts) => {
    expect(await errorCode(() => parseNiftiHeader(storedNifti(parts)))).toBe('IMAGE_BAD_DIMENSIONS');
  });
});

describe('what is not a NIfTI file of one part', () => {
  const withMagic = (magic: string) => {
    const bytes = storedNifti();
    bytes.set(new TextEncoder().encode(magic), 344);
    return bytes;
  };

  it('is told apart: half of a pair, Analyze, something else', () => {
    expect(() => parseNiftiHeader(withMagic('ni1\0'))).toThrow(/pair \(\.hdr and \.img\)/);
    expect(() => parseNiftiHeader(withMagic('\0\0\0\0'))).toThrow(/Analyze/);
    expect(() => parseNiftiHeader(new TextEncoder().encode('<!doctype html>'))).toThrow(/not a NIfTI image/);
  });

  it('is refused when it is empty or ends within the header', async () => {
    expect(await errorCode(() => parseNiftiHeader(new Uint8Array(0)))).toBe('IMAGE_NOT_NIFTI');
    for (const version of [1, 2] as const) {
      const whole = storedNifti({ version });
      const size = version === 1 ? 348 : 540;
      for (let length = 4; length < size; length++) {
        expect(await errorCode(() => parseNiftiHeader(whole.subarray(0, length)))).toBe('IMAGE_TRUNCATED');
      }
      expect(parseNiftiHeader(whole.subarray(0, size)).version).toBe(version);
      expect(size).toBeLessThanOrEqual(headerBytes);
    }
  });
});

describe('fields', () => {
  it('name voxel types that are read, and others that are refused in words', () => {
    for (const { code, bytes } of Object.values(storedTypes)) {
      expect(parseNiftiHeader(storedNifti({ code })).voxelType.bytes).toBe(bytes);
    }
    expect(() => parseNiftiHeader(storedNifti({ code: 128 }))).toThrow(/colours \(RGB\)/);
    expect(() => parseNiftiHeader(storedNifti({ code: 32 }))).toThrow(/complex numbers/);
    expect(() => parseNiftiHeader(storedNifti({ code: 1536 }))).toThrow(/128-bit floats/);
    expect(() => parseNiftiHeader(storedNifti({ code: 77 }))).toThrow(/unknown voxel type 77/);
  });

  it.each([
    ['a slope of zero', 0, 5, { slope: 1, intercept: 0 }],
    ['a slope that is no number', nan, 5, { slope: 1, intercept: 0 }],
    ['an endless slope', Infinity, 5, { slope: 1, intercept: 0 }],
    ['an intercept that is no number', 2, nan, { slope: 2, intercept: 0 }],
    ['a sound scaling', -0.5, 5, { slope: -0.5, intercept: 5 }],
  ])('give a scaling, here from %s', (_, slope, intercept, scale) => {
    expect(parseNiftiHeader(storedNifti({ slope, intercept })).scale).toEqual(scale);
  });

  it('may not place the voxels inside the header', async () => {
    for (const offset of [0, 100, 347, -352, 352.5, nan, Infinity]) {
      const bytes = storedNifti();
      new DataView(bytes.buffer).setFloat32(108, offset, true);
      expect(await errorCode(() => parseNiftiHeader(bytes))).toBe('IMAGE_CORRUPT');
    }
  });
});

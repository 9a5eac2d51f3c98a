import { describe, expect, it } from 'vitest';
import { errorCode } from '../test/error-code.ts';
import { storedNifti } from '../test/stored-nifti.ts';
import { scaling } from './affine.ts';
import { checkGeometry, checkHeadGeometry } from './geometry.ts';
import { parseMetaImageHeader } from './metaimage.ts';
import { readNiftiHeader } from './nifti-read.ts';
import type { Affine, Vec3 } from './volume.ts';

const grid = (shape: Vec3, spacing: Vec3, origin?: Vec3) => ({ shape, affine: scaling(spacing, origin) });

describe('the geometry of an image', () => {
  it.each([
    ['a usual DWI', grid([128, 128, 25], [1.8, 1.8, 5])],
    ['the whole head at half a millimetre', grid([512, 512, 256], [0.5, 0.5, 0.7])],
    ['a single slice', grid([256, 256, 1], [0.9, 0.9, 5])],
    ['a mirrored one far from the middle', grid([128, 128, 25], [-1.8, 1.8, -5], [1500, -900, 300])],
  ])('of %s is taken', (_, head) => {
    expect(() => checkHeadGeometry(head)).not.toThrow();
  });

  it.each([
    [
      'voxels a millionth of a millimetre apart',
      grid([64, 64, 20], [1e-9, 1, 5]),
      'IMAGE_IMPLAUSIBLE_SPACING',
    ],
    ['voxels half a metre apart', grid([2, 2, 2], [500, 500, 500]), 'IMAGE_IMPLAUSIBLE_SPACING'],
    ['an axis of more than 600 mm', grid([130_000, 1, 1], [1, 1, 1]), 'IMAGE_IMPLAUSIBLE_SIZE'],
    ['a box of ninety litres', grid([300, 300, 200], [1.5, 1.5, 2.22]), 'IMAGE_IMPLAUSIBLE_SIZE'],
    ['a place a kilometre away', grid([64, 64, 20], [2, 2, 5], [1e6, 0, 0]), 'IMAGE_BAD_AFFINE'],
  ])('with %s is refused', async (_, odd, code) => {
    expect(await errorCode(() => checkGeometry(odd))).toBe(code);
  });

  it('that is too small for a head is no case’s', async () => {
    const crumb = grid([20, 20, 20], [0.1, 0.1, 0.1]);
    expect(await errorCode(() => checkGeometry(crumb))).toBe('none');
    expect(await errorCode(() => checkHeadGeometry(crumb))).toBe('IMAGE_IMPLAUSIBLE_SIZE');
  });

  it('is checked by every reader of files', async () => {
    const affine: Affine = scaling([1e-9, 1, 5]);
    const nifti = storedNifti({ dim: [8, 8, 8], sform: { code: 1, affine } });
    expect(await errorCode(() => readNiftiHeader(nifti))).toBe('IMAGE_IMPLAUSIBLE_SPACING');
    const qform = storedNifti({
      dim: [8, 8, 8],
      sform: { code: 0, affine },
      qform: { code: 1, numbers: [0, 0, 0, 0, 0, 0] },
      pixdim: [1, 1, 70, 1],
    });
    expect(await errorCode(() => readNiftiHeader(qform))).toBe('IMAGE_IMPLAUSIBLE_SPACING');
    const pixdim = storedNifti({ dim: [8, 8, 8], sform: { code: 0, affine }, pixdim: [1, 1, 1, 1e9] });
    expect(await errorCode(() => readNiftiHeader(pixdim))).toBe('IMAGE_IMPLAUSIBLE_SPACING');
    const meta = (spacing: string) =>
      new TextEncoder().encode(
        `NDims = 3\nDimSize = 8 8 8\nElementSpacing = ${spacing}\nElementType = MET_SHORT\nElementDataFile = LOCAL\n`,
      );
    expect(await errorCode(() => parseMetaImageHeader(meta('1 1 1e-7')))).toBe('IMAGE_IMPLAUSIBLE_SPACING');
    expect(await errorCode(() => parseMetaImageHeader(meta('1 1 5')))).toBe('none');
  });

  it('goes by the unit that the header names, and the refusal names it', async () => {
    const affine = scaling([2, 2, 5]);
    const metres = storedNifti({ units: 1, dim: [8, 8, 8], sform: { code: 1, affine } });
    expect(() => readNiftiHeader(metres)).toThrow(
      '2000 × 2000 × 5000 mm apart (the header gives the unit as metres)',
    );
    const micrometres = storedNifti({
      units: 3,
      dim: [8, 8, 8],
      sform: { code: 1, affine: scaling([2000, 2000, 5000]) },
    });
    expect(readNiftiHeader(micrometres).affine).toEqual(affine);
  });
});

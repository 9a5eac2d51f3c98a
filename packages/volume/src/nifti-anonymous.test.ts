import { describe, expect, it } from 'vitest';
import { errorCode } from '../test/error-code.ts';
import { storedNifti } from '../test/stored-nifti.ts';
import { scaling } from './affine.ts';
import { gzip } from './gzip.ts';
import { anonymousNifti } from './nifti-anonymous.ts';
import { inMillimetres } from './nifti-millimetres.ts';
import { readNifti, readNiftiHeader } from './nifti-read.ts';

const values = Array.from({ length: 24 }, (_, at) => at - 5);

/** A file with a name in every place that can hold one. */
function named(version: 1 | 2, littleEndian: boolean): Uint8Array {
  const file = storedNifti({ version, littleEndian, values, slope: 2, intercept: 1, extension: 64 });
  const write = (at: number, length: number) => {
    file.set(new TextEncoder().encode('MUSTERMANN'.padEnd(length, '*').slice(0, length)), at);
  };
  const places =
    version === 1
      ? [
          [4, 10],
          [14, 18],
          [148, 80],
          [228, 24],
          [328, 16],
          [356, 60],
        ]
      : [
          [240, 80],
          [320, 24],
          [508, 16],
          [525, 15],
          [548, 60],
        ];
  for (const [at, length] of places) write(at, length);
  return Buffer.concat([file, new TextEncoder().encode('MUSTERMANN behind the voxels')]);
}

describe('an image without text fields', () => {
  it.each([
    [1, true],
    [1, false],
    [2, true],
    [2, false],
  ] as const)('of NIfTI-%i (little-endian: %s) holds no name and the same image', async (version, little) => {
    const file = named(version, little);
    const clean = anonymousNifti(file);
    expect(new TextDecoder('latin1').decode(clean)).not.toMatch(/MUST|\*\*/);
    const [before, after] = [await readNifti(file), await readNifti(clean)];
    expect(after.data).toEqual(before.data);
    const { voxelOffset: _, ...header } = before.header;
    expect(after.header).toMatchObject(header);
    expect(clean.length).toBe((version === 1 ? 352 : 544) + 48);
  });

  it('counts in millimetres, whatever unit the file had', async () => {
    const affine = scaling([-0.002, 0.002, 0.005], [0.1, -0.12, 0.03]);
    const metres = storedNifti({
      units: 1 | 16,
      values,
      sform: { code: 1, affine },
      pixdim: [1, 0.002, 0.002, 0.005],
    });
    const clean = anonymousNifti(metres);
    expect(clean[123]).toBe(2 | 16);
    const [before, after] = [(await readNifti(metres)).header, (await readNifti(clean)).header];
    expect(before.lengthUnit.name).toBe('metres');
    expect(after.lengthUnit.name).toBe('millimetres');
    expect(after.affine.flat().map((n) => n.toFixed(4))).toEqual(
      before.affine.flat().map((n) => n.toFixed(4)),
    );
    expect(after.affine[0][0]).toBeCloseTo(-2, 5);
    expect(after.pixdimMm[2]).toBeCloseTo(5, 5);
    const seen = readNiftiHeader(await inMillimetres(new Uint8Array(await gzip(metres))));
    expect(seen.affine.flat().map((n) => n.toFixed(4))).toEqual(after.affine.flat().map((n) => n.toFixed(4)));
    expect(seen.lengthUnit.name).toBe('millimetres');
  });

  it('is not made of a file that ends too early', async () => {
    const file = storedNifti({ values });
    expect(await errorCode(() => anonymousNifti(file.subarray(0, file.length - 1)))).toBe('IMAGE_TRUNCATED');
  });
});

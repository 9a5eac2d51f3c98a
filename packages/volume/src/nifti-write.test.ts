import { describe, expect, it } from 'vitest';
import { errorCode } from '../test/error-code.ts';
import { nibabelFiles } from '../test/nibabel-files.ts';
import { realCase, withoutRealData } from '../test/real-case.ts';
import { storedNifti } from '../test/stored-nifti.ts';
import { scaling } from './affine.ts';
import { gunzipStart, isGzip } from './gzip.ts';
import { readNifti, readNiftiHeader, readNiftiMask } from './nifti-read.ts';
import { writeNifti, writeNiftiMask } from './nifti-write.ts';
import type { Affine, Mask } from './volume.ts';

const checkered = Uint8Array.from({ length: 24 }, (_, i) => i % 2);

function maskOn(header: Pick<Mask, 'shape' | 'affine'>): Mask {
  const [nx, ny, nz] = header.shape;
  return { shape: header.shape, affine: header.affine, data: new Uint8Array(nx * ny * nz) };
}

const oblique: Affine = [
  [-1.9974714517593384, -0.04035840556025505, 0.0920809656381607, 110.20133209228516],
  [-0.04390010982751846, 1.998051404953003, -0.07657447457313538, -111.78001403808594],
  [0.09044604003429413, 0.07849884778261185, 1.9964110851287842, -52.73705291748047],
];

describe('a written volume', () => {
  it.each(['uint8', 'int16', 'float32'] as const)('of type %s is read back as it was', async (type) => {
    const volume = { shape: [2, 3, 4] as const, affine: oblique, data: checkered };
    const read = await readNifti(writeNifti(volume, type));
    expect(read).toMatchObject({ shape: [2, 3, 4], affine: oblique });
    expect([...read.data]).toEqual([...checkered]);
  });

  it('says the same in its qform as in its sform', () => {
    const bytes = writeNifti({ shape: [2, 3, 4], affine: oblique, data: checkered }, 'uint8');
    new DataView(bytes.buffer).setInt16(254, 0, true); // no sform: the qform is asked
    const { affine, affineFrom } = readNiftiHeader(bytes);
    expect(affineFrom).toBe('qform');
    affine.flat().forEach((entry, i) => {
      expect(entry).toBeCloseTo(oblique.flat()[i], 3);
    });
  });

  it('has no qform where shear would be lost in it', () => {
    const sheared: Affine = [
      [1, 0.2, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
    ];
    const header = readNiftiHeader(
      writeNifti({ shape: [2, 3, 4], affine: sheared, data: checkered }, 'uint8'),
    );
    expect(header).toMatchObject({ affineFrom: 'sform', qform: { code: 0 } });
  });

  it('is rounded and kept within the range of whole numbers', async () => {
    const data = Float32Array.of(-1, 0.4, 0.6, 254.5, 300, 1e9, Number.NaN, -1e9);
    const volume = { shape: [8, 1, 1] as const, affine: scaling([1, 1, 1]), data };
    expect([...(await readNifti(writeNifti(volume, 'uint8'))).data]).toEqual([0, 0, 1, 255, 255, 255, 0, 0]);
    expect([...(await readNifti(writeNifti(volume, 'int16'))).data]).toEqual([
      -1, 0, 1, 255, 300, 32767, 0, -32768,
    ]);
  });
});

describe('a written mask', () => {
  it.each(nibabelFiles)('lies where its source does: $title', ({ base64 }) => {
    const source = readNiftiHeader(Buffer.from(base64, 'base64'));
    const written = readNiftiHeader(writeNiftiMask(maskOn(source), source));
    expect(written).toMatchObject({ version: 1, datatype: 2, affineFrom: source.affineFrom });
    expect(written.sform.code).toBe(source.sform.code);
    expect(written.qform).toEqual({
      ...source.qform,
      quaternion: source.qform.quaternion.map(Math.fround),
      offset: source.qform.offset.map(Math.fround),
    });
    written.affine.flat().forEach((entry, i) => {
      expect(entry).toBeCloseTo(source.affine.flat()[i], 4);
    });
  });

  it('keeps the codes of its source, also where there are none', () => {
    for (const [sformCode, qformCode] of [
      [0, 0],
      [4, 0],
      [0, 3],
      [2, 1],
    ]) {
      const affine = scaling([2, 2, 2]);
      const source = readNiftiHeader(
        storedNifti({
          sform: { code: sformCode, affine },
          qform: { code: qformCode, numbers: [0, 0, 0, 0, 0, 0] },
          pixdim: [1, 2, 2, 2],
        }),
      );
      const written = readNiftiHeader(writeNiftiMask(maskOn(source), source));
      expect(written).toMatchObject({
        affine,
        affineFrom: source.affineFrom,
        sform: { code: sformCode },
        qform: { code: qformCode },
      });
    }
  });

  it('does not hand on a form that could not be used', () => {
    const [, y, z] = scaling([1, 1, 1]);
    const broken: Affine = [[Number.NaN, 0, 0, 0], y, z];
    const source = readNiftiHeader(
      storedNifti({ sform: { code: 1, affine: broken }, qform: { code: 1, numbers: [0, 1, 0, 5, 6, 7] } }),
    );
    const written = readNiftiHeader(writeNiftiMask(maskOn(source), source));
    expect(written).toMatchObject({ affineFrom: 'qform', affine: source.affine, sform: { code: 0 } });
    expect(written.sform.affine.flat().every(Number.isFinite)).toBe(true);
  });

  it('holds none of the text that stands in its source, for it may name a patient', () => {
    const { base64 } = nibabelFiles[3];
    const stored = Buffer.from(gunzipStart(Buffer.from(base64, 'base64'), 1000));
    expect(stored.toString('latin1')).toContain('DOE^JANE');
    const source = readNiftiHeader(stored);
    expect(Buffer.from(writeNiftiMask(maskOn(source), source)).toString('latin1')).not.toContain('DOE');
  });

  it('is refused on another grid than its source’s', async () => {
    const source = readNiftiHeader(storedNifti());
    const flipped = { shape: source.shape, affine: scaling([-1, 1, 1], [1, 0, 0]) };
    expect(await errorCode(() => writeNiftiMask(maskOn(flipped), source))).toBe('IMAGE_GRIDS_DIFFER');
  });

  it('needs no source', async () => {
    const mask = { shape: [2, 3, 4] as const, affine: oblique, data: checkered };
    expect(await readNiftiMask(writeNiftiMask(mask))).toEqual(mask);
  });

  it.skipIf(withoutRealData)('of the real case lies on its DWI, byte for byte', async () => {
    const dwi = await realCase('dwi');
    expect(isGzip(dwi)).toBe(true);
    const stored = gunzipStart(dwi, 348);
    const source = readNiftiHeader(dwi);
    const written = writeNiftiMask(maskOn(source), source);
    expect(written.subarray(252, 328)).toEqual(stored.subarray(252, 328)); // both forms with their codes
    expect(written.subarray(76, 92)).toEqual(stored.subarray(76, 92)); // qfac and spacing
  });
});

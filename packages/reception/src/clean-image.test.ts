import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { readNifti } from '@atoll/volume/nifti-read';
import { writeNifti } from '@atoll/volume/nifti-write';
import type { Affine, Grid, Vec3 } from '@atoll/volume/volume';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanImage } from './clean-image.ts';

let folder: string;
let count = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-clean-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function clean(file: Uint8Array, maxVoxels = 1 << 20): Promise<Buffer> {
  const [from, to] = [join(folder, `${++count}-from`), join(folder, `${count}-to`)];
  writeFileSync(from, file);
  try {
    await cleanImage(from, to, { maxVoxels });
  } catch (thrown) {
    expect(existsSync(to)).toBe(false);
    throw thrown;
  }
  return readFileSync(to);
}

function volume(shape: Vec3, affine: Affine) {
  const data = new Float32Array(shape[0] * shape[1] * shape[2]).map((_, at) => at % 251);
  return { shape, affine, data };
}

const negativeX: Grid = {
  shape: [7, 5, 3],
  affine: [
    [-8, 0, 0, 6],
    [0, 8, 0, -4],
    [0, 0, 16, 1],
  ],
};
const oblique: Grid = {
  shape: [6, 5, 4],
  affine: [
    [-7.2, 1.2, 0.4, 6],
    [1.2, 7.2, -2.4, -4],
    [0, 2, 15.6, 1],
  ],
};

/** The file with an extension before its voxels and something behind them. */
function extended(file: Uint8Array, text: string): Buffer {
  const extension = Buffer.alloc(64);
  extension.writeInt32LE(64, 0);
  extension.writeInt32LE(6, 4);
  extension.write(text, 8);
  const header = Buffer.from(file.subarray(0, 352));
  header.writeUInt8(1, 348);
  header.writeFloatLE(352 + 64, 108);
  header.write(text, 148);
  header.write(text, 328);
  return Buffer.concat([header, extension, file.subarray(352), Buffer.from(text)]);
}

describe('an image that is cleaned', () => {
  it.each([
    ['a negative first axis', negativeX],
    ['an oblique grid', oblique],
  ])('on %s keeps its voxels and their places, and loses every text', async (_which, grid) => {
    const image = writeNifti(volume(grid.shape, grid.affine), 'int16');
    const dirty = extended(image, 'Doe^Jane');
    const before = await readNifti(dirty);
    for (const file of [
      dirty,
      gzipSync(dirty),
      Buffer.concat([gzipSync(dirty.subarray(0, 500)), gzipSync(dirty.subarray(500))]),
    ]) {
      const packed = await clean(file);
      const after = await readNifti(packed);
      expect(after.data).toEqual(before.data);
      expect([after.shape, after.affine]).toEqual([before.shape, before.affine]);
      const plain = gunzipSync(packed);
      expect(plain.length).toBe(image.length);
      expect(plain.toString('latin1')).not.toContain('Doe');
    }
  });

  it('may have something behind its packing, which is passed over', async () => {
    const file = writeNifti(volume(oblique.shape, oblique.affine), 'int16');
    const clear = await clean(file);
    for (const behind of [Buffer.alloc(512), Buffer.from('padding'), Buffer.from([0x1f, 0x00, 0x8b])]) {
      expect((await clean(Buffer.concat([gzipSync(file), behind]))).equals(clear)).toBe(true);
    }
    const another = Buffer.concat([gzipSync(file), Buffer.from([0x1f, 0x8b, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9])]);
    await expect(clean(another)).rejects.toMatchObject({ code: 'IMAGE_CORRUPT' });
  });

  it('is no head’s where its geometry cannot be', async () => {
    const crumb = writeNifti(
      volume(
        [7, 5, 3],
        [
          [-0.1, 0, 0, 0],
          [0, 0.1, 0, 0],
          [0, 0, 0.1, 0],
        ],
      ),
      'int16',
    );
    await expect(clean(crumb)).rejects.toMatchObject({ code: 'IMAGE_IMPLAUSIBLE_SIZE' });
    const flat = Buffer.from(writeNifti(volume(negativeX.shape, negativeX.affine), 'int16'));
    flat.writeFloatLE(-1e-9, 280); // the first entry of the sform
    await expect(clean(flat)).rejects.toMatchObject({ code: 'IMAGE_IMPLAUSIBLE_SPACING' });
  });

  it('is packed the same way each time', async () => {
    const file = writeNifti(volume(oblique.shape, oblique.affine), 'float32');
    expect((await clean(file)).equals(await clean(gzipSync(file, { level: 1 })))).toBe(true);
  });
});

describe('what is no whole image of one volume', () => {
  const file = writeNifti(volume(negativeX.shape, negativeX.affine), 'int16');
  const of4 = Buffer.from(file);
  of4.writeInt16LE(4, 40);
  of4.writeInt16LE(2, 48);

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'IMAGE_NOT_NIFTI'],
    ['a piece of a header', file.subarray(0, 100), 'IMAGE_TRUNCATED'],
    ['all but one byte', file.subarray(0, -1), 'IMAGE_TRUNCATED'],
    ['a piece of a packing', gzipSync(file).subarray(0, -12), 'IMAGE_TRUNCATED'],
    ['several volumes', of4, 'IMAGE_NOT_3D'],
    [
      'more behind the voxels than any padding',
      Buffer.concat([file, Buffer.alloc(3 << 20)]),
      'IMAGE_TOO_LARGE',
    ],
  ])('is refused, and leaves nothing: %s', async (_what, bytes, code) => {
    await expect(clean(bytes)).rejects.toMatchObject({ code });
  });

  it('is refused when it has more voxels than are taken', async () => {
    await expect(clean(file, 100)).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  });
});

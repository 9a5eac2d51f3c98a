import { gzipSync } from 'node:zlib';
import { writeNifti } from '@atoll/volume/nifti-write';
import type { Affine } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { readLabelFile } from './label-file.ts';

const affine: Affine = [
  [-1, 0, 0, 20],
  [0, 1, 0, -30],
  [0, 0, 1, -10],
];
const labels = {
  shape: [41, 53, 47] as const,
  affine,
  data: Float32Array.from({ length: 41 * 53 * 47 }, (_, at) => (at % 7 === 0 ? at % 33 : 0)),
};

describe('a file of labels', () => {
  it.each([
    ['packed floats', gzipSync(writeNifti(labels, 'float32'))],
    ['plain floats', writeNifti(labels, 'float32')],
    ['packed bytes', gzipSync(writeNifti(labels, 'uint8'))],
  ])('is read as bytes, piece by piece: %s', async (_, file) => {
    const read = await readLabelFile(file);
    expect(read).toMatchObject({ shape: labels.shape, affine });
    expect(Array.from(read.data)).toEqual(Array.from(labels.data));
  });

  it.each([
    [
      'fractions',
      gzipSync(writeNifti({ ...labels, data: labels.data.map((value) => value / 2) }, 'float32')),
    ],
    ['16-bit integers', gzipSync(writeNifti(labels, 'int16'))],
    ['half of it', gzipSync(writeNifti(labels, 'float32').subarray(0, 100_000))],
    ['broken packing', gzipSync(writeNifti(labels, 'float32')).subarray(0, 2_000)],
  ])('is refused with %s', async (_, file) => {
    await expect(readLabelFile(file)).rejects.toMatchObject({ code: 'ATLAS_INVALID' });
  });
});

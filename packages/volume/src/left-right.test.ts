import { describe, expect, it } from 'vitest';
import { realCase, withoutRealData } from '../test/real-case.ts';
import { compose, fromQuaternion, invert, scaling, transformPoint } from './affine.ts';
import { gzip } from './gzip.ts';
import { compareMasks } from './metrics.ts';
import { readNifti, readNiftiMask } from './nifti-read.ts';
import { writeNifti, writeNiftiMask } from './nifti-write.ts';
import { fromCanonical, orientationCode, toCanonical } from './orientation.ts';
import { resampleLinear, resampleNearest } from './resample.ts';
import type { Affine, Grid, Mask, Vec3, Volume } from './volume.ts';

const degrees = (angle: number) => Math.sin((angle * Math.PI) / 360);

/** The same head as five scanners may store it; 60 × 72 × 60 mm around the world's origin. */
const grids: readonly (readonly [title: string, grid: Grid])[] = [
  ['RAS', { shape: [30, 36, 12], affine: scaling([2, 2, 5], [-29, -35, -27.5]) }],
  ['LAS', { shape: [30, 36, 12], affine: scaling([-2, 2, 5], [29, -35, -27.5]) }],
  ['LPS', { shape: [30, 36, 12], affine: scaling([-2, -2, 5], [29, 35, -27.5]) }],
  [
    'AIR',
    {
      shape: [36, 12, 30],
      affine: [
        [0, 0, 2, -29],
        [2, 0, 0, -35],
        [0, -5, 0, 27.5],
      ],
    },
  ],
  [
    'LAS, oblique',
    {
      shape: [34, 40, 14],
      affine: compose(
        fromQuaternion([degrees(20), degrees(-15), degrees(10)], [0, 0, 0], [1, 1, 1], 1),
        scaling([-2, 2, 5], [33, -39, -32.5]),
      ),
    },
  ],
];

/** Middle of a lesion in the patient's left frontal lobe: x grows to the right, y to the front. */
const leftFrontal: Vec3 = [-15, 20, 5];

function lesionOn({ shape, affine }: Grid): Mask {
  const data = new Uint8Array(shape[0] * shape[1] * shape[2]);
  let at = 0;
  for (let k = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++)
      for (let i = 0; i < shape[0]; i++, at++) {
        const [x, y, z] = transformPoint(affine, [i, j, k]);
        const [dx, dy, dz] = [x - leftFrontal[0], y - leftFrontal[1], z - leftFrontal[2]];
        if (Math.hypot(dx, dy, dz) < 9) data[at] = 1;
      }
  return { shape, affine, data };
}

function centroidMm({
  shape,
  affine,
  data,
}: Pick<Volume, 'shape' | 'affine'> & { data: ArrayLike<number> }): Vec3 {
  const sum = [0, 0, 0];
  let count = 0;
  for (let at = 0; at < data.length; at++) {
    if (data[at] <= 0.5) continue;
    count++;
    sum[0] += at % shape[0];
    sum[1] += Math.floor(at / shape[0]) % shape[1];
    sum[2] += Math.floor(at / (shape[0] * shape[1]));
  }
  return transformPoint(affine, [sum[0] / count, sum[1] / count, sum[2] / count]);
}

function expectLeftFrontal(mask: Pick<Volume, 'shape' | 'affine'> & { data: ArrayLike<number> }): void {
  centroidMm(mask).forEach((mm, axis) => {
    expect(Math.abs(mm - leftFrontal[axis])).toBeLessThan(2);
  });
}

describe.each(grids)('a left frontal lesion stored as %s', (title, grid) => {
  const lesion = lesionOn(grid);

  it('is where it should be, on an image of this orientation', () => {
    expect(orientationCode(grid.affine)).toBe(title.slice(0, 3));
    expectLeftFrontal(lesion);
  });

  it('stays there from file to canonical order, back, and to the mask’s file', async () => {
    const image = await readNifti(await gzip(writeNifti(lesion, 'int16')));
    expectLeftFrontal(image);
    const canonical = toCanonical(image);
    expect(orientationCode(canonical.affine)).toBe('RAS');
    expectLeftFrontal(canonical);
    // What an engine does: find it in canonical order, by its value.
    const found = Uint8Array.from(canonical.data, (value) => (value > 0.5 ? 1 : 0));
    const mask = fromCanonical(found, image);
    const written = await readNiftiMask(await gzip(writeNiftiMask(mask, image.header)));
    expectLeftFrontal(written);
    expect(written.data).toEqual(lesion.data);
  });

  it('stays there when it is resampled onto each of the others', () => {
    const image: Volume = { ...lesion, data: Float32Array.from(lesion.data) };
    for (const [, other] of grids) {
      expectLeftFrontal(resampleLinear(image, other));
      expectLeftFrontal(resampleNearest(lesion, other));
    }
  });

  it('agrees with itself stored in another order, and not with its mirror image', () => {
    const canonical = toCanonical(lesion);
    expect(compareMasks(canonical, lesion).dice).toBe(1);
    expect(compareMasks(lesion, canonical).dice).toBe(1);
    const mirrored: Affine = [...flippedRow(grid.affine), grid.affine[1], grid.affine[2]];
    const other = resampleNearest({ ...lesion, affine: mirrored }, grid);
    expect(compareMasks(other, lesion).dice).toBe(0);
  });
});

/** x → −x: what a reader that trusted array order would do. */
function flippedRow([[a, b, c, d]]: Affine): [Affine[0]] {
  return [[-a, -b, -c, -d]];
}

describe.skipIf(withoutRealData)('the real case', () => {
  it('has its lesion on the same side in the expert’s mask, in canonical order and on the way back', async () => {
    const expert = await readNiftiMask(await realCase('msk'));
    const dwi = await readNifti(await realCase('dwi'));
    const side = centroidMm(expert)[0];
    const canonical = toCanonical(expert);
    expect(centroidMm(canonical)[0]).toBeCloseTo(side, 6);
    const written = writeNiftiMask(fromCanonical(canonical.data, dwi), dwi.header);
    const read = await readNiftiMask(written);
    expect(centroidMm(read)[0]).toBeCloseTo(side, 6);
    expect(read.data).toEqual(expert.data);
    // The place by array order alone would be the other side.
    const [i] = transformPoint(invert(expert.affine), centroidMm(expert));
    expect(Math.sign(i - expert.shape[0] / 2)).toBe(-Math.sign(side));
  });
});

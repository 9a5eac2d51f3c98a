import { invert, transformPoint } from '@atoll/volume/affine';
import type { Affine, Mask, Vec3 } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { imageInMni, itkTransform, maskInMni, mniGrid } from './mni.ts';

/** Shear and all. */
const toMni: Affine = [
  [1.1, 0.05, -0.1, 4],
  [-0.04, 1.15, 0.2, -11],
  [0.12, -0.18, 1.08, 7],
];

/** 2 mm, oblique, x running to the left; one marked voxel in the patient's left half. */
function patient(): { mask: Mask; place: Vec3 } {
  const affine: Affine = [
    [-2, 0.2, 0.1, 90],
    [0.2, 2, -0.3, -110],
    [0.1, 0.3, 2, -60],
  ];
  const shape: Vec3 = [90, 100, 70];
  const data = new Uint8Array(90 * 100 * 70);
  const index: Vec3 = [65, 50, 30];
  for (const di of [0, 1]) data[index[0] + di + 90 * (index[1] + 100 * index[2])] = 1;
  return { mask: { shape, affine, data }, place: transformPoint(affine, index) };
}

describe('MNI space', () => {
  it('has a mask of the left on the left, where the affine puts it', () => {
    const { mask, place } = patient();
    expect(place[0]).toBeLessThan(0);
    const inMni = maskInMni(mask, toMni);
    expect(inMni.shape).toEqual([182, 218, 182]);
    const [x, y, z] = transformPoint(invert(mniGrid.affine), transformPoint(toMni, place)).map(Math.round);
    expect(inMni.data[x + 182 * (y + 218 * z)]).toBe(1);
    // x runs to the left: the patient's left is in the upper half of the index.
    expect(x).toBeGreaterThan(91);
    const volume = inMni.data.reduce((sum, value) => sum + value, 0);
    // Two voxels of 8 mm³, larger by the affine's determinant of 1.4.
    expect(volume).toBeGreaterThan(14);
    expect(volume).toBeLessThan(36);
  });

  it('has an image with its values', () => {
    const { mask } = patient();
    const image = { ...mask, data: new Float32Array(mask.data.length).fill(7) };
    const { data } = imageInMni(image, toMni);
    const middle = 91 + 182 * (126 + 218 * 72);
    expect(data[middle]).toBe(7);
    expect(data[0]).toBe(0);
  });

  it('is reached by ITK as by us: its transform takes a point of MNI, in LPS, to the patient', () => {
    const text = itkTransform(toMni);
    const line = /^Parameters: (.+)$/m.exec(text)?.[1] ?? '';
    const p = line.split(' ').map(Number);
    const fixed: Vec3 = [20, -35, 41];
    const moving = [0, 1, 2].map(
      (row) => p[3 * row] * fixed[0] + p[3 * row + 1] * fixed[1] + p[3 * row + 2] * fixed[2] + p[9 + row],
    );
    const expected = transformPoint(invert(toMni), [-fixed[0], -fixed[1], fixed[2]]);
    expect(moving[0]).toBeCloseTo(-expected[0], 9);
    expect(moving[1]).toBeCloseTo(-expected[1], 9);
    expect(moving[2]).toBeCloseTo(expected[2], 9);
    expect(
      text.startsWith('#Insight Transform File V1.0\n#Transform 0\nTransform: AffineTransform_double_3_3\n'),
    ).toBe(true);
  });
});

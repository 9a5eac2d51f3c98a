import { describe, expect, it } from 'vitest';
import { errorCode } from '../test/error-code.ts';
import { realCase, withoutRealData } from '../test/real-case.ts';
import { compose, fromQuaternion, scaling } from './affine.ts';
import { compareMasks } from './metrics.ts';
import { readNiftiMask } from './nifti-read.ts';
import { toCanonical } from './orientation.ts';
import type { Affine, Mask } from './volume.ts';

/** A slice drawn in rows of text: # is inside. Voxels of 10 × 10 × 10 mm: 1 mL each. */
function drawn(...rows: string[]): Mask {
  const data = Uint8Array.from(rows.join(''), (letter) => (letter === '#' ? 1 : 0));
  return { shape: [rows[0].length, rows.length, 1], affine: scaling([-10, 10, 10]), data };
}

const blank = drawn('......', '......', '......');

describe('agreement of two masks', () => {
  it('is computed as ISLES’22 defines it, here counted by hand', () => {
    const prediction = drawn(
      '##....#', //
      '#......',
      '...#...',
      '.......',
    );
    const reference = drawn(
      '.##....', //
      '.#.....',
      '......#',
      '..#...#',
    );
    // 5 predicted, 6 true (3 + 1 + 2), 1 in common. Diagonal neighbours are one lesion: of 3 predicted and 3 true
    // ones, one of each meets the other.
    expect(compareMasks(prediction, reference)).toMatchObject({
      dice: 2 / (5 + 6),
      absoluteVolumeDifferenceMl: expect.closeTo(1, 9),
      lesionCountDifference: 0,
      lesionF1: 1 / (1 + (2 + 2) / 2),
      sensitivity: 1 / 6,
      precision: 1 / 5,
      predictionVolumeMl: expect.closeTo(5, 9),
      referenceVolumeMl: expect.closeTo(6, 9),
      predictionLesionCount: 3,
      referenceLesionCount: 3,
      notes: [],
    });
  });

  it('counts lesions that meet at a corner as one', () => {
    const corners: Mask = { ...blank, shape: [2, 2, 2], data: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 1) };
    expect(compareMasks(corners, corners)).toMatchObject({
      predictionLesionCount: 1,
      referenceLesionCount: 1,
    });
    expect(compareMasks(drawn('#.#'), drawn('###'))).toMatchObject({
      lesionCountDifference: 1,
      lesionF1: 1, // both predicted parts are confirmed, and the one true lesion is found
    });
  });

  it('is perfect with itself', () => {
    const mask = drawn('##..#', '##...');
    expect(compareMasks(mask, mask)).toMatchObject({
      dice: 1,
      absoluteVolumeDifferenceMl: 0,
      lesionCountDifference: 0,
      lesionF1: 1,
      sensitivity: 1,
      precision: 1,
      hausdorff95Mm: 0,
      averageSurfaceDistanceMm: 0,
    });
  });

  it('measures surfaces in millimetres, also of a mask that was cropped away from the rim', () => {
    expect(
      compareMasks(drawn('......', '.#....', '......'), drawn('......', '....#.', '......')),
    ).toMatchObject({
      hausdorff95Mm: 30,
      averageSurfaceDistanceMm: 30,
    });
  });
});

describe('what cannot be computed', () => {
  const some = drawn('.#....', '......', '......');

  it('is null with a word on why, when the prediction is empty', () => {
    const agreement = compareMasks(blank, some);
    expect(agreement).toMatchObject({ dice: 0, lesionF1: 0, sensitivity: 0, precision: null });
    expect(agreement).toMatchObject({ hausdorff95Mm: null, averageSurfaceDistanceMm: null });
    expect(agreement.notes.join(' ')).toMatch(/prediction is empty.*Surface distances/);
  });

  it('is null with a word on why, when the reference is empty', () => {
    const agreement = compareMasks(some, blank);
    expect(agreement).toMatchObject({ dice: 0, lesionF1: 0, sensitivity: null, precision: 0 });
    expect(agreement.notes.join(' ')).toMatch(/reference is empty.*Surface distances/);
  });

  it('is told apart from agreement on there being no lesion', () => {
    expect(compareMasks(blank, blank)).toMatchObject({
      dice: 1,
      lesionF1: 1,
      absoluteVolumeDifferenceMl: 0,
      sensitivity: null,
      precision: null,
      hausdorff95Mm: null,
      notes: [
        expect.stringMatching(/Both masks are empty/),
        expect.anything(),
        expect.anything(),
        expect.anything(),
      ],
    });
  });
});

describe('masks on different grids', () => {
  const mask = drawn('##....', '......', '..#...');

  it('are compared when they hold the same voxels in another order, at any angle', () => {
    for (const angle of [0, 20, 45, 70]) {
      const half = (angle * Math.PI) / 360;
      const turn = fromQuaternion([Math.sin(half), 0, 0], [5, 6, 7], [1, 1, 1], 1);
      const turned: Mask = { ...mask, affine: compose(turn, mask.affine) };
      const reordered: Mask = {
        shape: [3, 1, 6],
        affine: compose(turned.affine, [
          [0, 0, -1, 5],
          [-1, 0, 0, 2],
          [0, 1, 0, 0],
        ]),
        data: new Uint8Array(18),
      };
      const original = (x: number, y: number) => mask.data[x + 6 * y];
      for (let k = 0; k < 6; k++)
        for (let i = 0; i < 3; i++) reordered.data[i + 3 * k] = original(5 - k, 2 - i);
      expect(compareMasks(reordered, turned).dice).toBe(1);
      expect(compareMasks(turned, reordered).dice).toBe(1);
      expect(compareMasks(toCanonical(turned), turned).dice).toBe(1);
    }
  });

  it('are refused when their voxels are not the same', async () => {
    const shifted: Affine = compose(scaling([1, 1, 1], [0.2, 0, 0]), mask.affine);
    const others: Mask[] = [
      { ...mask, affine: shifted },
      { ...mask, affine: scaling([-10, 10.5, 10]) },
      { ...mask, affine: scaling([10, 10, 10]) },
      { ...mask, shape: [3, 6, 1] },
      drawn('#'),
    ];
    const codes = await Promise.all(others.map((other) => errorCode(() => compareMasks(other, mask))));
    expect(codes).toEqual(new Array(5).fill('IMAGE_GRIDS_DIFFER'));
  });

  it('are compared when they differ by rounding', () => {
    const rounded = compose(scaling([1 + 1e-5, 1, 1], [0.01, 0, 0]), mask.affine);
    expect(compareMasks({ ...mask, affine: rounded }, mask).dice).toBe(1);
  });
});

describe.skipIf(withoutRealData)('the real case', () => {
  it('gives DeepISLES’ mask the agreement with the expert’s that is known of it', async () => {
    const prediction = await readNiftiMask(await realCase('deepisles'));
    const reference = await readNiftiMask(await realCase('msk'));
    expect(compareMasks(prediction, reference)).toMatchObject({
      dice: expect.closeTo(0.788, 3),
      lesionF1: expect.closeTo(0.921, 3),
      absoluteVolumeDifferenceMl: expect.closeTo(1.73, 2),
      lesionCountDifference: 4,
      predictionVolumeMl: expect.closeTo(4.95, 2),
      referenceVolumeMl: expect.closeTo(6.68, 2),
      // As MedPy 0.5.2 computes them.
      hausdorff95Mm: expect.closeTo(2.0, 5),
      averageSurfaceDistanceMm: expect.closeTo(0.66282, 5),
      notes: [],
    });
  });
});

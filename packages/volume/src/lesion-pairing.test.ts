import { describe, expect, it } from 'vitest';
import { scaling } from './affine.ts';
import { pairLesions } from './lesion-pairing.ts';
import { precisionRecallArea } from './precision-recall.ts';
import type { Mask } from './volume.ts';

/** A row of voxels, such as "1101". */
const row = (text: string): Mask => ({
  shape: [text.length, 1, 1],
  affine: scaling([1, 1, 1]),
  data: Uint8Array.from(text, Number),
});

describe('lesions paired one to one', () => {
  it.each([
    ['the same lesion', '0110', '0110', 1, 1],
    ['two that overlap by a quarter', '11100000', '00111000', 0, 0],
    ['two that overlap by a third', '0111100', '0001111', 1, 1],
    ['one that covers two: it is the partner of the better one alone', '0111111110', '0111101110', 1, 2 / 3],
    ['one found and one false', '1100011', '1100000', 1, 2 / 3],
    ['nothing in either', '0000', '0000', 0, 1],
    ['nothing found', '0000', '0110', 0, 0],
  ])('count %s', (_what, prediction, reference, matched, f1) => {
    const found = pairLesions(row(prediction), row(reference));
    expect(found.matched).toBe(matched);
    expect(found.f1).toBeCloseTo(f1, 10);
  });
});

describe('the area under precision and recall', () => {
  it('is 1 where all of the lesion is more probable than all else', () => {
    expect(precisionRecallArea(Float32Array.of(0.9, 0.8, 0.3, 0.1), Uint8Array.of(1, 1, 0, 0))).toBe(1);
  });

  it('is the mean precision at each voxel of the lesion', () => {
    // Found as first and third: precisions of 1 and 2/3.
    const area = precisionRecallArea(Float32Array.of(0.9, 0.5, 0.7, 0.1), Uint8Array.of(1, 1, 0, 0));
    expect(area).toBeCloseTo((1 + 2 / 3) / 2, 10);
  });

  it('is the share of the lesion where all is equally probable', () => {
    expect(precisionRecallArea(new Float32Array(8).fill(0.5), Uint8Array.of(1, 1, 0, 0, 0, 0, 0, 0))).toBe(
      0.25,
    );
  });

  it('is not there without a lesion', () => {
    expect(precisionRecallArea(Float32Array.of(0.9), Uint8Array.of(0))).toBeNull();
  });
});

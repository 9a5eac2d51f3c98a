import { scaling } from '@atoll/volume/affine';
import type { Mask } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import type { Subject } from './anatomy.ts';
import { score } from './scoring.ts';

const side = 20;
const grid = { shape: [side, side, side], affine: scaling([2, 2, 2]) } as const;
const image = () => ({ ...grid, data: new Float32Array(side ** 3) });

/** A mask of boxes, each with its label: [low, high) along all three axes. */
function boxes(...all: readonly (readonly [label: number, low: number, high: number])[]): Mask {
  const data = new Uint8Array(side ** 3);
  for (const [label, low, high] of all)
    for (let k = low; k < high; k++)
      for (let j = low; j < high; j++)
        for (let i = low; i < high; i++) data[i + side * (j + side * k)] = label;
  return { ...grid, data };
}

function subjectWith(lesions: Mask, lesionMl: readonly number[], known: Mask | null = null): Subject {
  const brain = boxes([1, 0, side]);
  return {
    dwi: image(),
    b0: image(),
    adc: image(),
    bValue: 1000,
    adcUnit: 1,
    brain,
    lesions,
    lesionMl,
    known,
  };
}

describe('the score', () => {
  const subject = subjectWith(boxes([1, 2, 6], [2, 12, 15]), [0.512, 0.216]);

  it('counts each infarct by itself', () => {
    const { lesions, falseMl } = score(boxes([1, 2, 6]), subject);
    expect(lesions.map(({ found, share }) => [found, share])).toEqual([
      [true, 1],
      [false, 0],
    ]);
    expect(falseMl).toBe(0);
  });

  it('takes a tenth of an infarct for a find, and less only where it is its centre', () => {
    const one = subjectWith(boxes([1, 2, 7]), [1]);
    expect(score(boxes([1, 2, 4]), one).lesions[0].found).toBe(false);
    expect(score(boxes([1, 4, 5]), one).lesions[0].found).toBe(true);
    expect(score(boxes([1, 2, 5]), one).lesions[0].found).toBe(true);
  });

  it('calls false only what is further than 3 mm from every infarct', () => {
    // One voxel of 2 mm around the infarct: only its corners are further away, by √3 voxels.
    expect(score(boxes([1, 1, 7]), subject).falseMl).toBeCloseTo(8 * 0.008, 6);
    expect(score(boxes([1, 2, 6], [1, 18, 20]), subject).falseMl).toBeCloseTo(8 * 0.008, 6);
  });

  it('lets what lies at an infarct that was there before count neither way', () => {
    const both = subjectWith(boxes([1, 2, 5]), [0.2], boxes([1, 12, 15]));
    const { falseMl, dice, markedMl } = score(boxes([1, 2, 5], [1, 11, 16]), both);
    expect(falseMl).toBe(0);
    expect(dice).toBe(1);
    expect(markedMl).toBeCloseTo(27 * 0.008, 6);
  });

  it('does not ask for an infarct that the field of view cut off', () => {
    expect(score(boxes([1, 2, 6]), subjectWith(boxes([1, 2, 6]), [0.5, 0.3])).lesions).toHaveLength(1);
  });

  it('has no Dice where nothing was pasted', () => {
    expect(score(boxes([1, 2, 3]), subjectWith(boxes(), [])).dice).toBeNull();
  });
});

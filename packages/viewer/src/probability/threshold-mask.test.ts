import { scaling } from '@atoll/volume/affine';
import { describe, expect, it } from 'vitest';
import { maskAbove } from './threshold-mask.ts';

describe('a mask at a threshold', () => {
  it('holds what is above it on the grid of the map, and not what is not a number', () => {
    const affine = scaling([2, 5, 10]);
    const data = Float32Array.of(0, 0.2, 0.5, 0.6, 1, Number.NaN);
    const { mask, volumeMl } = maskAbove({ shape: [3, 2, 1], affine, data }, 0.5);
    expect(mask).toEqual({ shape: [3, 2, 1], affine, data: Uint8Array.of(0, 0, 0, 1, 1, 0) });
    expect(volumeMl).toBeCloseTo(0.2, 10);
  });
});

import { scaling } from '@atoll/volume/affine';
import { votesOf } from '@atoll/volume/votes';
import { describe, expect, it } from 'vitest';
import type { Joined } from '../engine.ts';
import { leftOutOf } from './left-out.ts';

const shape = [60, 20, 20] as const;
/** Voxels of 0.008 mL, in cubes along the first axis whose edges are given, ten voxels apart. */
function cubes(...edges: number[]) {
  const data = new Uint8Array(60 * 20 * 20);
  edges.forEach((edge, n) => {
    for (let k = 5; k < 5 + edge; k++)
      for (let j = 5; j < 5 + edge; j++)
        for (let i = 10 * n; i < 10 * n + edge; i++) data[i + 60 * (j + 20 * k)] = 1;
  });
  return { shape, affine: scaling([2, 2, 2]), data };
}

/** Of two engines, the mask holding what both mark. */
function joined(one: ReturnType<typeof cubes>, other: ReturnType<typeof cubes>): Joined {
  return { rule: 'majority', parts: [], votes: votesOf([one, other]), isMarked: [false, false, false, true] };
}

describe('what a joined mask leaves out', () => {
  const common = cubes(4);
  it('is listed where a place is large enough by itself', () => {
    expect(leftOutOf(joined(common, cubes(4, 5)), common)?.volumesMl).toEqual([1]);
    expect(leftOutOf(joined(common, cubes(4, 4)), common)).toBe(null);
  });

  it('is listed where small places are many, but for crumbs', () => {
    const found = leftOutOf(joined(common, cubes(4, 6, 4, 3, 2, 1)), common);
    expect(found?.volumesMl.map((ml) => Number(ml.toFixed(3)))).toEqual([1.728, 0.512, 0.216]);
  });

  it('is listed down to the last crumb where the mask is empty', () => {
    const nothing = cubes();
    const found = leftOutOf(joined(nothing, cubes(2, 1)), nothing);
    expect(found?.volumesMl.map((ml) => Number(ml.toFixed(3)))).toEqual([0.064, 0.008]);
  });
});

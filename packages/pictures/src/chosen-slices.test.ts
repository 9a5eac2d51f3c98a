import { describe, expect, it } from 'vitest';
import { largestSlice, slicesOfHead, slicesToShow } from './chosen-slices.ts';

describe('the slices of a report', () => {
  it('are all that are marked where they are few, from below', () => {
    expect(slicesToShow([0, 0, 3, 5, 2, 0], [], 6)).toEqual([2, 3, 4]);
    expect(slicesToShow([0, 0, 0], [], 6)).toEqual([]);
  });

  it('hold the largest one and those that are asked for, and are spread over the rest', () => {
    const areas: number[] = Array.from({ length: 40 }, (_, k) => (k >= 5 && k < 35 ? 10 : 0));
    areas[20] = 50;
    const chosen = slicesToShow(areas, [33, 8, 2], 6);
    expect(chosen).toHaveLength(6);
    expect(chosen).toEqual(expect.arrayContaining([8, 20, 33]));
    const steps = chosen.slice(1).map((k, at) => k - chosen[at]);
    expect(Math.max(...steps)).toBeLessThan(10);
    expect(Math.min(...steps)).toBeGreaterThan(1);
  });

  it('pass over the last voxels of a large infarct, but not over an embolus that is asked for', () => {
    const areas = [0, 1, 400, 500, 380, 2, 0, 4, 0];
    expect(slicesToShow(areas, [], 6)).toEqual([2, 3, 4]);
    expect(slicesToShow(areas, [7], 6)).toEqual([2, 3, 4, 7]);
  });

  it('lie within the head where nothing is marked', () => {
    const chosen = slicesOfHead([0, 0, 5, 9, 10, 9, 8, 8, 7, 6, 5, 0, 0, 0]);
    expect(chosen).toHaveLength(3);
    expect(chosen[0]).toBeGreaterThan(2);
    expect(chosen[2]).toBeLessThan(10);
    expect(slicesOfHead([0])).toEqual([0]);
  });

  it('tells the one on which most is marked', () => {
    expect(largestSlice([0, 4, 9, 9, 1])).toBe(2);
    expect(largestSlice([0, 0])).toBeNull();
    expect(largestSlice([])).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { outlineOf, voxelAxisAlong } from './outline.ts';

/** A cube of 3 voxels a side in a grid of 5, first axis fastest. */
const dims = [5, 5, 5] as const;
const cube = Float32Array.from({ length: 125 }, (_, at) => {
  const position = [at % 5, Math.floor(at / 5) % 5, Math.floor(at / 25)];
  return position.every((value) => value >= 1 && value <= 3) ? 1 : 0;
});
const sum = (values: Uint8Array) => values.reduce((all, value) => all + value, 0);

describe('the outline of a mask', () => {
  it('is its surface when no plane is on show', () => {
    const outline = outlineOf(cube, dims, null);
    expect(sum(outline)).toBe(26);
    expect(outline[2 + 5 * (2 + 5 * 2)]).toBe(0);
  });

  it.each([0, 1, 2] as const)('leaves out the neighbours across the slices (axis %i)', (across) => {
    const outline = outlineOf(cube, dims, across);
    expect(sum(outline)).toBe(24);
    const first: [number, number, number] = [2, 2, 2];
    first[across] = 1;
    expect(outline[first[0] + 5 * (first[1] + 5 * first[2])]).toBe(0);
  });

  it('closes at the edge of the grid', () => {
    const full = new Float32Array(27).fill(1);
    expect(sum(outlineOf(full, [3, 3, 3], null))).toBe(26);
  });

  it('leaves the mask itself alone, and nothing of an empty one', () => {
    const before = cube.slice();
    outlineOf(cube, dims, 2);
    expect(cube).toEqual(before);
    expect(sum(outlineOf(new Float32Array(125), dims, 2))).toBe(0);
  });
});

describe('the voxel axis along a world axis', () => {
  it('goes by direction, not by spacing', () => {
    const sagittalSlices = [
      [0, 0, 5, 0],
      [-1, 0.2, 0, 0],
      [0.2, 1, 0, 0],
    ];
    expect(voxelAxisAlong(sagittalSlices, 0)).toBe(2);
    expect(voxelAxisAlong(sagittalSlices, 1)).toBe(0);
    expect(voxelAxisAlong(sagittalSlices, 2)).toBe(1);
  });
});

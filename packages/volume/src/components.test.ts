import { describe, expect, it } from 'vitest';
import { labelComponents, largestComponent } from './components.ts';
import type { Vec3 } from './volume.ts';

function maskOf(shape: Vec3, voxels: readonly Vec3[]): Uint8Array {
  const mask = new Uint8Array(shape[0] * shape[1] * shape[2]);
  for (const [x, y, z] of voxels) mask[x + shape[0] * (y + shape[1] * z)] = 1;
  return mask;
}

describe('labelComponents', () => {
  const shape: Vec3 = [4, 4, 4];

  it('tells faces, edges and corners apart', () => {
    const edge = maskOf(shape, [
      [1, 1, 1],
      [2, 2, 1],
    ]);
    const corner = maskOf(shape, [
      [1, 1, 1],
      [2, 2, 2],
    ]);
    expect(
      [6, 18, 26].map((n) => labelComponents(edge, shape, n === 6 ? 6 : n === 18 ? 18 : 26).count),
    ).toEqual([2, 1, 1]);
    expect(labelComponents(corner, shape, 18).count).toBe(2);
    expect(labelComponents(corner, shape, 26).count).toBe(1);
  });

  it('joins neighbours in every one of the 26 directions', () => {
    for (let dz = -1; dz <= 1; dz++)
      for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++) {
          const mask = maskOf(shape, [
            [1, 1, 1],
            [1 + dx, 1 + dy, 1 + dz],
          ]);
          expect(labelComponents(mask, shape, 26).count).toBe(1);
        }
  });

  it('joins the arms of a U that meet last, and counts its voxels', () => {
    const u = maskOf(shape, [
      [0, 0, 0],
      [2, 0, 0],
      [0, 1, 0],
      [2, 1, 0],
      [0, 2, 0],
      [1, 2, 0],
      [2, 2, 0],
    ]);
    const { count, sizes } = labelComponents(u, shape, 6);
    expect(count).toBe(1);
    expect([...sizes]).toEqual([0, 7]);
  });

  it('does not join the end of one row with the beginning of the next', () => {
    const mask = maskOf(shape, [
      [3, 0, 0],
      [0, 1, 0],
    ]);
    expect(labelComponents(mask, shape, 26).count).toBe(2);
  });

  it('finds nothing in an empty mask', () => {
    const { count, sizes, labels } = labelComponents(new Uint8Array(64), shape, 26);
    expect(count).toBe(0);
    expect([...sizes]).toEqual([0]);
    expect(labels.every((label) => label === 0)).toBe(true);
  });

  it('gives every voxel of the mask a label between 1 and the count', () => {
    const mask = Uint8Array.from({ length: 64 }, (_, at) => (at % 3 === 0 || at % 7 === 0 ? 1 : 0));
    const { labels, count, sizes } = labelComponents(mask, shape, 6);
    labels.forEach((label, at) => {
      expect(label > 0 && label <= count).toBe(mask[at] === 1);
    });
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(mask.reduce((sum, value) => sum + value, 0));
  });
});

describe('largestComponent', () => {
  it('is the one of most voxels, of equals the first', () => {
    const mask = Uint8Array.of(1, 0, 1, 1, 0, 1, 1, 0, 1);
    expect(largestComponent(labelComponents(mask, [9, 1, 1], 6))).toBe(2);
  });

  it('is none of an empty mask', () => {
    expect(largestComponent(labelComponents(new Uint8Array(8), [2, 2, 2], 6))).toBe(0);
  });

  it('is found among more components than a call takes arguments', () => {
    const speckled = Uint8Array.from({ length: 400_001 }, (_, at) => (at % 2 === 0 ? 1 : 0));
    speckled[399_999] = 1;
    expect(largestComponent(labelComponents(speckled, [400_001, 1, 1], 6))).toBe(200_000);
  });
});

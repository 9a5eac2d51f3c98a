import { describe, expect, it } from 'vitest';
import { isAtSurface } from './surface.ts';
import type { Vec3 } from './volume.ts';

const shape: Vec3 = [5, 4, 3];
const full = new Uint8Array(60).fill(1);
const place = (x: number, y: number, z: number) => x + 5 * (y + 4 * z);

describe('the surface of a mask', () => {
  it('is where one of the six neighbours is outside, and not where only a diagonal one is', () => {
    const mask = full.slice();
    mask[place(1, 1, 1)] = 0;
    expect(isAtSurface(mask, shape, place(2, 1, 1))).toBe(true);
    expect(isAtSurface(mask, shape, place(2, 2, 1))).toBe(false);
  });

  it.each([
    [0, 1, 1],
    [4, 1, 1],
    [1, 0, 1],
    [1, 3, 1],
    [1, 1, 0],
    [1, 1, 2],
  ])('ends at the edge of the grid (%i, %i, %i), unless the mask is taken to go on beyond it', (x, y, z) => {
    expect(isAtSurface(full, shape, place(x, y, z))).toBe(true);
    expect(isAtSurface(full, shape, place(x, y, z), 'inside')).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { chequered, dashed } from './mask-pattern.ts';

const dims = [9, 9, 9] as const;
const full = new Uint8Array(729).fill(1);

describe('dashes along an outline', () => {
  it('leave none of its voxels out, and add none', () => {
    const outline = Uint8Array.from({ length: 729 }, (_, at) => (at % 5 === 0 ? 1 : 0));
    const tones = dashed(outline, dims);
    for (let at = 0; at < 729; at++) expect(tones[at] > 0).toBe(outline[at] > 0);
  });

  it('change their tone along straight and diagonal lines of every plane', () => {
    const tones = dashed(full, dims);
    for (const [x, y, z] of [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [1, 1, 0],
      [1, -1, 0],
      [1, 0, 1],
      [1, 0, -1],
      [0, 1, 1],
      [0, 1, -1],
    ]) {
      const start = [x, y, z].map((step) => (step < 0 ? 8 : 0));
      const line = Array.from({ length: 9 }, (_, step) => {
        const [i, j, k] = [start[0] + step * x, start[1] + step * y, start[2] + step * z];
        return tones[i + 9 * (j + 9 * k)];
      });
      expect(new Set(line), `along ${x} ${y} ${z}`).toEqual(new Set([1, 2]));
    }
  });
});

describe('a mask over another in 3D', () => {
  it('is whole where it is alone, and lets the other be seen where both are', () => {
    const below = Uint8Array.from({ length: 729 }, (_, at) => (at % 9 < 4 ? 1 : 0));
    const shown = chequered(full, below, dims);
    const share = { alone: 0, both: 0 };
    for (let at = 0; at < 729; at++) share[below[at] === 1 ? 'both' : 'alone'] += shown[at];
    expect(share.alone).toBe(5 * 81);
    expect(share.both).toBeGreaterThan(0.4 * 4 * 81);
    expect(share.both).toBeLessThan(0.6 * 4 * 81);
  });
});

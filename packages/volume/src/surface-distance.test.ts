import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scaling } from './affine.ts';
import { surfaceDistances } from './surface-distance.ts';
import type { Mask, Vec3 } from './volume.ts';

function maskOf(shape: Vec3, spacing: Vec3, inside: (x: number, y: number, z: number) => boolean): Mask {
  const data = new Uint8Array(shape[0] * shape[1] * shape[2]).map((_, at) => {
    const row = Math.floor(at / shape[0]);
    return inside(at % shape[0], row % shape[1], Math.floor(row / shape[1])) ? 1 : 0;
  });
  return { shape, affine: scaling(spacing), data };
}

/** All pairs of surface voxels, straight out of the definition. */
function byComparingAll(a: Mask, b: Mask, [sx, sy, sz]: Vec3) {
  const surface = ({ shape: [nx, ny, nz], data }: Mask): Vec3[] => {
    const inside = (x: number, y: number, z: number) =>
      x >= 0 && y >= 0 && z >= 0 && x < nx && y < ny && z < nz && data[x + nx * (y + ny * z)] === 1;
    const found: Vec3[] = [];
    for (let z = 0; z < nz; z++)
      for (let y = 0; y < ny; y++)
        for (let x = 0; x < nx; x++) {
          const buried =
            inside(x - 1, y, z) &&
            inside(x + 1, y, z) &&
            inside(x, y - 1, z) &&
            inside(x, y + 1, z) &&
            inside(x, y, z - 1) &&
            inside(x, y, z + 1);
          if (inside(x, y, z) && !buried) found.push([x, y, z]);
        }
    return found;
  };
  const [from, to] = [surface(a), surface(b)];
  const gap = (p: Vec3, q: Vec3) => Math.hypot((p[0] - q[0]) * sx, (p[1] - q[1]) * sy, (p[2] - q[2]) * sz);
  const nearest = (p: Vec3, others: Vec3[]) => Math.min(...others.map((q) => gap(p, q)));
  return [...from.map((p) => nearest(p, to)), ...to.map((p) => nearest(p, from))];
}

describe('surface distances', () => {
  it('between one voxel and another are the distance in millimetres', () => {
    const spacing: Vec3 = [1, 2, 5];
    const one = maskOf([4, 4, 4], spacing, (x, y, z) => x === 0 && y === 0 && z === 0);
    const other = maskOf([4, 4, 4], spacing, (x, y, z) => x === 3 && y === 2 && z === 0);
    expect(surfaceDistances(one, other)).toEqual({ hausdorff95Mm: 5, averageMm: 5 });
  });

  it('leave the voxels inside out: a solid and a hollow cube have one surface outside', () => {
    const solid = maskOf(
      [9, 9, 9],
      [1, 1, 1],
      (x, y, z) => Math.max(...[x, y, z].map((p) => Math.abs(p - 4))) <= 3,
    );
    expect(surfaceDistances(solid, solid)).toEqual({ hausdorff95Mm: 0, averageMm: 0 });
    const withHole = { ...solid, data: solid.data.with(4 + 9 * (4 + 9 * 4), 0) };
    const distances = surfaceDistances(solid, withHole);
    // The hole has six voxels around it, two from the outside; solid has 218 on its surface.
    expect(distances?.averageMm).toBeCloseTo((6 * 2) / (218 + 218 + 6), 9);
    expect(distances?.hausdorff95Mm).toBe(0);
  });

  it('agree with comparing all pairs of surface voxels, on any spacing', () => {
    const shape: Vec3 = [6, 5, 4];
    const voxels = fc.array(fc.nat(2), { minLength: 120, maxLength: 120 });
    const spacings = fc.tuple(
      ...([0, 1, 2] as const).map(() => fc.double({ min: 0.4, max: 6, noNaN: true })),
    );
    fc.assert(
      fc.property(voxels, voxels, spacings, (first, second, [sx, sy, sz]) => {
        const spacing: Vec3 = [sx, sy, sz];
        const [a, b] = [first, second].map((values) => ({
          ...maskOf(shape, spacing, () => false),
          data: Uint8Array.from(values, (value) => (value > 0 ? 1 : 0)),
        }));
        const expected = byComparingAll(a, b, spacing).sort((p, q) => p - q);
        const found = surfaceDistances(a, b);
        if (found === null) return expect(a.data.includes(1) && b.data.includes(1)).toBe(false);
        const rank = 0.95 * (expected.length - 1);
        const low = expected[Math.floor(rank)];
        const high = expected[Math.ceil(rank)];
        expect(found.hausdorff95Mm).toBeCloseTo(low + (high - low) * (rank % 1), 4);
        expect(found.averageMm).toBeCloseTo(expected.reduce((sum, d) => sum + d, 0) / expected.length, 4);
      }),
      { numRuns: 60 },
    );
  });

  it('are none when there is no surface', () => {
    const full = maskOf([3, 3, 3], [1, 1, 1], () => true);
    const empty = maskOf([3, 3, 3], [1, 1, 1], () => false);
    expect(surfaceDistances(full, empty)).toBe(null);
    expect(surfaceDistances(empty, full)).toBe(null);
    expect(surfaceDistances(full, full)).not.toBe(null);
  });
});

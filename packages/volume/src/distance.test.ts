import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { squaredDistanceTo, squaredDistanceWithin } from './distance.ts';
import type { Vec3 } from './volume.ts';

function byComparingAll(mask: Uint8Array, [nx, ny, nz]: Vec3, [sx, sy, sz]: Vec3): number[] {
  const place = (at: number): Vec3 => [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))];
  return Array.from({ length: nx * ny * nz }, (_, at) => {
    const [x, y, z] = place(at);
    let nearest = Number.POSITIVE_INFINITY;
    mask.forEach((value, other) => {
      if (value === 0) return;
      const [u, v, w] = place(other);
      nearest = Math.min(nearest, ((x - u) * sx) ** 2 + ((y - v) * sy) ** 2 + ((z - w) * sz) ** 2);
    });
    return nearest;
  });
}

const small = fc
  .record({
    shape: fc.tuple(
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 5 }),
    ),
    spacing: fc.tuple(...([0, 1, 2] as const).map(() => fc.double({ min: 0.4, max: 6, noNaN: true }))),
    seed: fc.array(fc.nat(6), { minLength: 245, maxLength: 245 }),
  })
  .map(({ shape, spacing, seed }) => {
    const mask = Uint8Array.from(seed.slice(0, shape[0] * shape[1] * shape[2]), (n) => (n === 0 ? 1 : 0));
    const steps: Vec3 = [spacing[0], spacing[1], spacing[2]];
    return { mask, shape, steps };
  });

describe('squaredDistanceTo', () => {
  it('agrees with comparing all pairs of voxels, on any spacing', () => {
    fc.assert(
      fc.property(small, ({ mask, shape, steps }) => {
        const expected = byComparingAll(mask, shape, steps);
        squaredDistanceTo(mask, shape, steps).forEach((distance, at) => {
          if (Number.isFinite(expected[at])) expect(distance).toBeCloseTo(expected[at], 3);
          else expect(distance).toBe(Number.POSITIVE_INFINITY);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('is infinite everywhere when the mask is empty', () => {
    const distance = squaredDistanceTo(new Uint8Array(27), [3, 3, 3], [1, 1, 1]);
    expect(distance.every((value) => value === Number.POSITIVE_INFINITY)).toBe(true);
  });
});

describe('squaredDistanceWithin', () => {
  it('is the same distance within its reach, and beyond it only a longer one than the reach', () => {
    const reaches = fc.double({ min: 0.1, max: 30, noNaN: true });
    fc.assert(
      fc.property(small, reaches, ({ mask, shape, steps }, reachMm) => {
        const whole = squaredDistanceTo(mask, shape, steps);
        squaredDistanceWithin(reachMm, mask, shape, steps).forEach((distance, at) => {
          if (Math.sqrt(whole[at]) <= reachMm) expect(distance).toBeCloseTo(whole[at], 3);
          else expect(Math.sqrt(distance)).toBeGreaterThan(reachMm - 1e-3);
        });
      }),
      { numRuns: 100 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { affines } from '../test/arbitrary-grid.ts';
import { compose, invert, scaling, transformPoint } from './affine.ts';
import { resampleLinear, resampleNearest } from './resample.ts';
import type { Affine, Grid, Vec3, Volume } from './volume.ts';

function eachVoxel([nx, ny, nz]: Vec3, visit: (at: number, voxel: Vec3) => void): void {
  let at = 0;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++) for (let i = 0; i < nx; i++) visit(at++, [i, j, k]);
}

function volumeOf(grid: Grid, value: (place: Vec3) => number): Volume {
  const data = new Float32Array(grid.shape[0] * grid.shape[1] * grid.shape[2]);
  eachVoxel(grid.shape, (at, voxel) => {
    data[at] = value(transformPoint(grid.affine, voxel));
  });
  return { ...grid, data };
}

/** A grid turned a little against another, around the same middle. */
const turns: fc.Arbitrary<Affine> = fc
  .tuple(affines, fc.double({ min: 0.3, max: 2, noNaN: true }))
  .map(([affine, zoom]) => {
    const aroundMiddle = compose(scaling([zoom, zoom, zoom]), [
      [affine[0][0], affine[0][1], affine[0][2], 0],
      [affine[1][0], affine[1][1], affine[1][2], 0],
      [affine[2][0], affine[2][1], affine[2][2], 0],
    ]);
    return compose(aroundMiddle, scaling([1, 1, 1], [-2, -2, -1.5]));
  });

const source: Grid = { shape: [9, 8, 7], affine: scaling([-3, 3, 4], [12, -10.5, -12]) };

/** Straight out of the definition: the eight voxels around, each by its share. */
function byDefinition({ shape, affine, data }: Volume, place: Vec3, outside: number): number {
  const voxel = transformPoint(invert(affine), place);
  if (voxel.some((p, axis) => p < -0.5 || p > shape[axis] - 0.5)) return outside;
  const held = voxel.map((p, axis) => Math.max(0, Math.min(shape[axis] - 1, p)));
  let sum = 0;
  for (let corner = 0; corner < 8; corner++) {
    const at = held.map((p, axis) => Math.floor(p) + ((corner >> axis) & 1));
    const share = held.reduce((product, p, axis) => product * Math.max(0, 1 - Math.abs(p - at[axis])), 1);
    if (share > 0) sum += share * data[at[0] + shape[0] * (at[1] + shape[1] * at[2])];
  }
  return sum;
}

const bumpy = volumeOf(source, ([x, y, z]) => 100 * Math.sin(x) + 50 * Math.cos(2 * y) + z);

function expectByDefinition(target: Grid): void {
  const resampled = resampleLinear(bumpy, target, -1000);
  eachVoxel(target.shape, (at, voxel) => {
    const place = transformPoint(target.affine, voxel);
    const index = transformPoint(invert(source.affine), place);
    // On the outermost border rounding decides.
    if (index.some((p, axis) => Math.min(Math.abs(p + 0.5), Math.abs(p - source.shape[axis] + 0.5)) < 1e-6))
      return;
    expect(Math.abs(resampled.data[at] - byDefinition(bumpy, place, -1000))).toBeLessThan(0.1);
  });
}

describe('linear resampling', () => {
  it('weighs the eight voxels around each place, on a grid turned anyhow', () => {
    fc.assert(
      fc.property(turns, (affine) => expectByDefinition({ shape: [5, 5, 4], affine })),
      { numRuns: 60 },
    );
  });

  it('does so too where the grids differ by scale, flip and shift alone', () => {
    const scales = fc.double({ min: 0.2, max: 2.5, noNaN: true });
    const shifts = fc.double({ min: -3, max: 5, noNaN: true });
    const signs = fc.constantFrom(1, -1);
    const relative = fc
      .tuple(scales, scales, scales, signs, signs, signs, shifts, shifts, shifts)
      .map(([a, b, c, p, q, r, x, y, z]) =>
        scaling([a * p, b * q, c * r], [p < 0 ? 7 - x : x, q < 0 ? 6 - y : y, r < 0 ? 5 - z : z]),
      );
    fc.assert(
      fc.property(relative, (affine) =>
        expectByDefinition({ shape: [6, 7, 5], affine: compose(source.affine, affine) }),
      ),
      { numRuns: 60 },
    );
  });

  it('reproduces what grows evenly through the world', () => {
    const even = ([x, y, z]: Vec3) => 2 * x - 3 * y + 0.5 * z + 7;
    const target: Grid = { shape: [6, 6, 6], affine: scaling([2, 2, 2], [-5, -5, -5]) };
    const resampled = resampleLinear(volumeOf(source, even), target);
    const expected = volumeOf(target, even);
    eachVoxel(target.shape, (at) => {
      expect(resampled.data[at]).toBeCloseTo(expected.data[at], 3);
    });
  });

  it('copies where the grids are the same, and into memory of its own', () => {
    const copy = resampleLinear(bumpy, source);
    expect(copy.data).toEqual(bumpy.data);
    expect(copy.data.buffer).not.toBe(bumpy.data.buffer);
  });

  it('finds the value of the edge within half a voxel of it, and the given one beyond', () => {
    const line = { shape: [2, 1, 1] as const, affine: scaling([1, 1, 1]), data: Float32Array.of(10, 20) };
    const target: Grid = { shape: [8, 1, 1], affine: scaling([0.4, 1, 1], [-0.85, 0, 0]) };
    const { data } = resampleLinear(line, target, -1);
    expect([...data]).toEqual([-1, 10, 10, 13.5, 17.5, 20, -1, -1]);
  });

  it('keeps NaN to the voxels that have a share in it, and rounding is none', () => {
    const data = Float32Array.of(1, Number.NaN, 3, 4);
    const line = { shape: [4, 1, 1] as const, affine: scaling([2, 2, 2]), data };
    const shifted: Grid = { shape: [3, 1, 1], affine: scaling([2, 2, 2], [2 - 1e-7, 0, 0]) };
    expect([...resampleLinear(line, shifted).data]).toEqual([Number.NaN, 3, 4]);
    const turned: Affine = [
      [2, 1e-3, 0, 2 - 1e-7],
      [1e-3, 2, 0, 0],
      [0, 0, 2, 0],
    ];
    expect([...resampleLinear(line, { shape: [3, 1, 1], affine: turned }).data]).toEqual([Number.NaN, 3, 4]);
  });

  it('reads voxels of any type', () => {
    const stored = { shape: [2, 1, 1] as const, affine: scaling([1, 1, 1]), data: Int16Array.of(-5, 6) };
    const target: Grid = { shape: [1, 1, 1], affine: scaling([1, 1, 1], [0.5, 0, 0]) };
    expect([...resampleLinear(stored, target).data]).toEqual([0.5]);
  });
});

describe('nearest resampling', () => {
  const labels = { ...source, data: Uint8Array.from(bumpy.data, (value) => (value > 0 ? 1 : 2)) };

  it('takes the voxel in which each place lies, and 0 outside', () => {
    fc.assert(
      fc.property(turns, (affine) => {
        const target: Grid = { shape: [5, 5, 4], affine };
        const { data } = resampleNearest(labels, target);
        eachVoxel(target.shape, (at, voxel) => {
          const place = transformPoint(invert(source.affine), transformPoint(affine, voxel));
          if (place.some((p) => Math.abs(p - Math.floor(p) - 0.5) < 1e-6)) return; // rounding decides
          const [i, j, k] = place.map(Math.round);
          const inside = i >= 0 && i < 9 && j >= 0 && j < 8 && k >= 0 && k < 7;
          expect(data[at]).toBe(inside ? labels.data[i + 9 * (j + 8 * k)] : 0);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('copies where the grids are the same, and into memory of its own', () => {
    const copy = resampleNearest(labels, source);
    expect(copy.data).toEqual(labels.data);
    expect(copy.data).not.toBe(labels.data);
  });
});

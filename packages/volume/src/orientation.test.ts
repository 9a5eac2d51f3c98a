import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { affines, axisOrders } from '../test/arbitrary-grid.ts';
import { compose, fromQuaternion, scaling, transformPoint } from './affine.ts';
import { canonicalGrid, fromCanonical, orientationCode, toCanonical } from './orientation.ts';
import type { Affine, AffineRow, Vec3, Volume } from './volume.ts';

const shape: Vec3 = [3, 4, 5];
const numbered = (affine: Affine): Volume => ({
  shape,
  affine,
  data: Float32Array.from({ length: 60 }, (_, i) => i),
});

/** Index axis i along world axis order[i], with its sign; 2, 3 and 4 mm apart. */
function along([order, signs]: (typeof axisOrders)[number]): Affine {
  const row = (world: number): AffineRow => {
    const entry = (i: 0 | 1 | 2) => (order[i] === world ? signs[i] * (i + 2) : 0);
    return [entry(0), entry(1), entry(2), 7 * world - 10];
  };
  return [row(0), row(1), row(2)];
}

/** Every voxel's value by its place in the world. */
function byPlace({ shape: [nx, ny, nz], affine, data }: Volume): Map<string, number> {
  const values = new Map<string, number>();
  let at = 0;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++) {
        const place = transformPoint(affine, [i, j, k]).map((mm) => (Math.round(mm * 1e4) + 0) / 1e4);
        values.set(place.join(' '), data[at++]);
      }
  return values;
}

const letters = { 0: ['L', 'R'], 1: ['P', 'A'], 2: ['I', 'S'] } as const;

describe('the orientation of a grid', () => {
  it('is named by the sides to which its index axes run', () => {
    for (const axes of axisOrders) {
      const [order, signs] = axes;
      const code = order.map((world, i) => letters[world][signs[i] > 0 ? 1 : 0]).join('');
      expect(orientationCode(along(axes))).toBe(code);
    }
    expect(orientationCode(scaling([-2, 2, 2]))).toBe('LAS');
  });

  it('of an oblique grid is that of the axes it is closest to', () => {
    const turned = (degrees: number) => {
      const half = (degrees * Math.PI) / 360;
      return compose(fromQuaternion([Math.sin(half), 0, 0], [0, 0, 0], [1, 1, 1], 1), scaling([-1, 1, 3]));
    };
    expect(orientationCode(turned(30))).toBe('LAS');
    expect(orientationCode(turned(60))).toBe('LSP');
    expect(orientationCode(turned(-60))).toBe('LIA');
  });

  it('names each side once, however oblique the grid is', () => {
    fc.assert(
      fc.property(affines, (affine) => {
        const sides = orientationCode(affine).replace('R', 'L').replace('A', 'P').replace('I', 'S');
        expect([...sides].sort().join('')).toBe('LPS');
      }),
    );
  });
});

describe('canonical order', () => {
  it('runs to the right, to the front and up, with every value at its place in the world', () => {
    for (const axes of axisOrders) {
      const volume = numbered(along(axes));
      const canonical = toCanonical(volume);
      expect(orientationCode(canonical.affine)).toBe('RAS');
      expect(byPlace(canonical)).toEqual(byPlace(volume));
    }
  });

  it('is undone exactly, on any grid', () => {
    fc.assert(
      fc.property(affines, (affine) => {
        const volume = numbered(affine);
        const canonical = toCanonical(volume);
        expect({ ...canonicalGrid(volume), data: canonical.data }).toEqual(canonical);
        expect(byPlace(canonical)).toEqual(byPlace(volume));
        expect(fromCanonical(canonical.data, volume)).toEqual(volume);
      }),
    );
  });

  it('keeps the type of the voxels', () => {
    const arrays = [
      Uint8Array,
      Int8Array,
      Uint16Array,
      Int16Array,
      Uint32Array,
      Int32Array,
      Float32Array,
      Float64Array,
    ];
    for (const Type of arrays) {
      const volume = { shape, affine: scaling([-1, 1, -1]), data: new Type(60).map((_, i) => i) };
      const canonical = toCanonical(volume);
      expect(canonical.data).toBeInstanceOf(Type);
      expect([...canonical.data.subarray(0, 3)]).toEqual([50, 49, 48]);
      expect(fromCanonical(canonical.data, volume)).toEqual(volume);
    }
  });

  it('leaves the volume as it was, also when its memory is shared between threads', () => {
    const data = new Float32Array(new SharedArrayBuffer(4 * 60)).map((_, i) => i);
    const shared = new Float32Array(new SharedArrayBuffer(4 * 60));
    shared.set(data);
    const volume = { shape, affine: scaling([-1, 1, 1]), data: shared };
    const canonical = toCanonical(volume);
    expect([...shared]).toEqual([...data]);
    expect(canonical.data.buffer).not.toBe(shared.buffer);
    expect(canonical.data[0]).toBe(2);
  });
});

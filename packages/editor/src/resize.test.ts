import type { Vec3 } from '@atoll/volume/volume';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smallGrids, someVoxels } from '../test/small-grid.ts';
import { MaskEditor } from './mask-editor.ts';
import { resize } from './resize.ts';

/** How many voxels of a row through the middle are inside, along each axis. */
function widths(mask: Uint8Array, [nx, ny, nz]: Vec3): Vec3 {
  const at = (i: number, j: number, k: number) => mask[i + nx * (j + ny * k)];
  const [x, y, z] = [nx >> 1, ny >> 1, nz >> 1];
  const count = (length: number, of: (n: number) => number) =>
    Array.from({ length }, (_, n) => of(n)).reduce((sum, value) => sum + value, 0);
  return [count(nx, (n) => at(n, y, z)), count(ny, (n) => at(x, n, z)), count(nz, (n) => at(x, y, n))];
}

function oneVoxel(shape: Vec3): Uint8Array {
  const mask = new Uint8Array(shape[0] * shape[1] * shape[2]);
  mask[(shape[0] >> 1) + shape[0] * ((shape[1] >> 1) + shape[1] * (shape[2] >> 1))] = 1;
  return mask;
}

const shape: Vec3 = [31, 31, 9];

describe('growing and shrinking', () => {
  it('moves the surface by millimetres, whatever the spacing: slices of 6 mm are reached at 3 mm', () => {
    const spacing: Vec3 = [1, 2, 6];
    const grown = [1, 2, 3, 4, 9].map((mm) => widths(resize(oneVoxel(shape), shape, spacing, mm), shape));
    expect(grown).toEqual([
      [3, 3, 1],
      [5, 3, 1],
      [7, 5, 3],
      [9, 5, 3],
      [19, 11, 5],
    ]);
  });

  it('takes the same off again', () => {
    const spacing: Vec3 = [1, 2, 6];
    const block = oneVoxel(shape).map((_, at) => {
      const away = [at % 31, Math.floor(at / 31) % 31, Math.floor(at / 961)].map((n, axis) =>
        Math.abs(n - (shape[axis] >> 1)),
      );
      return away[0] <= 9 && away[1] <= 5 && away[2] <= 2 ? 1 : 0;
    });
    const shrunk = [-1, -2, -3, -6].map((mm) => widths(resize(block, shape, spacing, mm), shape));
    expect(shrunk).toEqual([
      [17, 9, 5],
      [15, 9, 5],
      [13, 7, 3],
      [7, 5, 3],
    ]);
  });

  it('contains what it grew from, and is contained in what it shrank from, and more mm never give less', () => {
    fc.assert(
      fc.property(
        smallGrids.chain((grid) => fc.record({ grid: fc.constant(grid), mask: someVoxels(grid) })),
        fc.tuple(...[0, 1, 2].map(() => fc.double({ min: 0.3, max: 6, noNaN: true }))),
        ({ grid: { shape }, mask }, spacing) => {
          const steps = [-2, -1, 0, 1, 2].map((mm) =>
            resize(mask, shape, [spacing[0], spacing[1], spacing[2]], mm),
          );
          expect(steps[2]).toEqual(mask);
          for (let n = 1; n < steps.length; n++)
            expect(steps[n - 1].every((value, at) => value <= steps[n][at])).toBe(true);
        },
      ),
    );
  });

  it('leaves a mask that the field of view cuts off where it is cut off', () => {
    const full = new Uint8Array(5 * 5 * 5).fill(1);
    expect(resize(full, [5, 5, 5], [1, 1, 1], -2)).toEqual(full);
  });

  it('adds up over several presses from one base, and comes back to it', () => {
    const mask = {
      shape,
      affine: [
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 6, 0],
      ] as const,
      data: oneVoxel(shape),
    };
    const editor = new MaskEditor(mask, { dwi: new Float32Array(mask.data.length), adc: null });
    const press = (byMm: number, times: number) => {
      for (let n = 0; n < times; n++) editor.resize(byMm);
      return widths(editor.mask.data, shape);
    };
    expect(press(1, 3)).toEqual([7, 7, 3]);
    expect(press(-1, 3)).toEqual([1, 1, 1]);
    expect(editor.mask.data).toEqual(mask.data);
    editor.undo();
    editor.undo();
    expect(press(1, 1)).toEqual([7, 7, 3]);
  });
});

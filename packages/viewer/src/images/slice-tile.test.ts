import { layOut, sliceGrid } from '@atoll/pictures/slice-grid';
import { compose, invert, transformPoint } from '@atoll/volume/affine';
import { canonicalGrid } from '@atoll/volume/orientation';
import type { Affine, Grid, Vec3 } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { draggedRange, drawnRange, firstDisplay, shownRange } from './display.ts';
import { lowAdcMask } from './low-adc.ts';
import { mmAt, type SliceTile, screenAt, tileAt, voxelAt } from './slice-tile.ts';
import { movedBy, wholeImage, zoomedAt } from './zoom.ts';

const shape: Vec3 = [40, 50, 30];
const grids: Record<string, Affine> = {
  RAS: [
    [2, 0, 0, -40],
    [0, 2, 0, -50],
    [0, 0, 3, -45],
  ],
  LAS: [
    [-2, 0, 0, 40],
    [0, 2, 0, -50],
    [0, 0, 3, -45],
  ],
  PSR: [
    [0, 0, 3, -45],
    [-2, 0, 0, 40],
    [0, 2, 0, -50],
  ],
  oblique: compose(
    [
      [Math.cos(0.3), -Math.sin(0.3), 0, 3],
      [Math.sin(0.3), Math.cos(0.3), 0, -2],
      [0, 0, 1, 5],
    ],
    [
      [-2, 0, 0, 40],
      [0, 2, 0, -50],
      [0, 0, 3, -45],
    ],
  ),
};

/** An axial tile of a grid, as the view in a 2D canvas makes it. */
function tileOf(grid: Grid, index: number, radiological: boolean): SliceTile {
  const canonical = canonicalGrid(grid);
  const [panel] = layOut(canonical, ['axial'], 300, 300);
  const picture = sliceGrid(canonical, panel, index, radiological);
  const toMm = compose(picture.affine, [
    [1, 0, 0, -0.5 - panel.x],
    [0, 1, 0, -0.5 - panel.y],
    [0, 0, 1, 0],
  ]);
  return { plane: 'axial', left: panel.x, top: panel.y, width: panel.width, height: panel.height, toMm };
}

describe('a point of the screen', () => {
  it.each(Object.entries(grids))(
    'is the voxel under it, in the order of the file, on a grid %s',
    (_, affine) => {
      const grid = { shape, affine };
      for (const radiological of [true, false]) {
        const tile = tileOf(grid, 12, radiological);
        for (const [x, y] of [
          [120, 140],
          [170, 90],
        ]) {
          const mm = mmAt(tile, x, y);
          const exact = transformPoint(invert(affine), mm);
          expect(voxelAt(tile, x, y, grid)).toEqual(exact.map((value) => Math.round(value) + 0));
          const [backX, backY, off] = screenAt(tile, mm);
          expect([backX, backY, off].map((value) => Math.round(1e6 * value) / 1e6)).toEqual([x, y, 0]);
        }
      }
    },
  );

  it('on the left of the picture is the patient’s right by radiological convention, and left by the other', () => {
    for (const affine of Object.values(grids)) {
      const right = (radiological: boolean) => {
        const tile = tileOf({ shape, affine }, 12, radiological);
        const y = tile.top + tile.height / 2;
        return mmAt(tile, tile.left + 5, y)[0] - mmAt(tile, tile.left + tile.width - 5, y)[0];
      };
      expect(right(true)).toBeGreaterThan(30);
      expect(right(false)).toBeLessThan(-30);
    }
  });

  it('is in one tile or in none', () => {
    const tile = tileOf({ shape, affine: grids.RAS }, 12, true);
    expect(tileAt([tile], tile.left + 1, tile.top + 1)).toBe(tile);
    expect(tileAt([tile], tile.left - 1, tile.top + 1)).toBeNull();
  });
});

describe('zoom', () => {
  it('keeps the point under the pointer where it is, and never shows less than the whole small', () => {
    const zoom = zoomedAt(wholeImage, [0, 0, 0], 4, [20, 8, 0]);
    expect(zoom).toEqual({ scale: 4, centreMm: [15, 6, 0] });
    expect(zoomedAt(zoom, [15, 6, 0], 0.1, [20, 8, 0])).toEqual(wholeImage);
    expect(movedBy(zoom, [15, 6, 0], [1, 0, 0], [3, 1, 0]).centreMm).toEqual([13, 5, 0]);
  });

  it('of slices shows a part of them in the middle, at the same place of the world', () => {
    const canonical = canonicalGrid({ shape, affine: grids.oblique });
    const [panel] = layOut(canonical, ['axial'], 300, 300, 4);
    const middle: Vec3 = [10, 20, 12];
    const picture = sliceGrid(canonical, panel, 12, true, middle);
    const seen = transformPoint(picture.affine, [(panel.width - 1) / 2, (panel.height - 1) / 2, 0]);
    transformPoint(canonical.affine, middle).forEach((value, at) => {
      expect(seen[at]).toBeCloseTo(value);
    });
  });
});

describe('the window', () => {
  it('of an ADC map is in 10⁻⁶ mm²/s whatever the file’s unit, and is drawn in the file’s', () => {
    const windowing = { ...firstDisplay, ranges: { adc: [300, 900] as const } };
    for (const [brightest, unit] of [
      [3000, 1],
      [300, 0.1],
      [3, 1e-3],
      [3e-3, 1e-6],
    ]) {
      expect(shownRange('adc', windowing, brightest)).toEqual([300, 900]);
      const [low, high] = drawnRange('adc', windowing, brightest);
      expect([low / unit, high / unit].map(Math.round)).toEqual([300, 900]);
      expect(shownRange('adc', firstDisplay, brightest).map(Math.round)).toEqual([0, 2000]);
    }
  });

  it('dragged to the right is wider, dragged up is brighter', () => {
    expect(draggedRange([100, 300], 150, 0)).toEqual([0, 400]);
    const [low, high] = draggedRange([100, 300], 0, 30);
    expect([low, high]).toEqual([80, 280]);
  });
});

describe('the overlay of low ADC', () => {
  it('marks tissue below 620·10⁻⁶ mm²/s in any unit, and neither air nor what has no ADC', () => {
    const grid = { shape: [4, 1, 1] as const, affine: grids.RAS };
    const dwi = { ...grid, data: Float32Array.of(400, 400, 5, 400), brightest: 400 };
    for (const unit of [1, 1e-3, 1e-6]) {
      const data = Float32Array.of(500 * unit, 800 * unit, 500 * unit, 0);
      const mask = lowAdcMask({ ...grid, data, brightest: 3000 * unit }, dwi);
      expect([...mask.data]).toEqual([1, 0, 0, 0]);
    }
  });
});

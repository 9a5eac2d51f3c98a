import { invert, transformPoint } from '@atoll/volume/affine';
import { canonicalGrid } from '@atoll/volume/orientation';
import type { Affine, Grid, Vec3 } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { edgeLetters, layOut, planeAxes, type SlicePlane, sliceGrid } from './slice-grid.ts';
import { drawSlice, type MaskLayer } from './slice-picture.ts';

const turn = Math.PI / 7;
const grids: Record<string, Affine> = {
  'first axis to the right': [
    [2, 0, 0, -40],
    [0, 3, 0, -60],
    [0, 0, 4, -50],
  ],
  'first axis to the left': [
    [-2, 0, 0, 38],
    [0, 3, 0, -60],
    [0, 0, 4, -50],
  ],
  'axes in another order, oblique': [
    [0, -2 * Math.cos(turn), 4 * Math.sin(turn), 20],
    [3, 0, 0, -60],
    [0, 2 * Math.sin(turn), 4 * Math.cos(turn), -50],
  ],
};
const planes: readonly SlicePlane[] = ['axial', 'coronal', 'sagittal'];

describe.each(Object.entries(grids))('slices of a grid with its %s', (_name, affine) => {
  const grid: Grid = { shape: [40, 40, 25], affine };
  const canonical = canonicalGrid(grid);

  /** Where a world point is seen: fractions of the picture, from its left and from its top. */
  function seen(plane: SlicePlane, mm: Vec3, radiological: boolean): [number, number] {
    const width = 120;
    const height = 90;
    const picture = sliceGrid(canonical, { plane, width, height }, 5, radiological);
    const [x, y] = transformPoint(invert(picture.affine), mm);
    return [(x + 0.5) / width, (y + 0.5) / height];
  }

  const centre = transformPoint(canonical.affine, [
    (canonical.shape[0] - 1) / 2,
    (canonical.shape[1] - 1) / 2,
    (canonical.shape[2] - 1) / 2,
  ]);
  const moved = (axis: 0 | 1 | 2, mm: number): Vec3 => {
    const point: [number, number, number] = [...centre];
    point[axis] += mm;
    return point;
  };

  it('show the patient’s left on the right in the radiological convention, and on the left in the other', () => {
    for (const plane of ['axial', 'coronal'] as const) {
      expect(seen(plane, moved(0, -15), true)[0]).toBeGreaterThan(0.6);
      expect(seen(plane, moved(0, -15), false)[0]).toBeLessThan(0.4);
      expect(edgeLetters(plane, true).slice(0, 2)).toEqual(['R', 'L']);
      expect(edgeLetters(plane, false).slice(0, 2)).toEqual(['L', 'R']);
    }
  });

  it('have the nose up in axial slices and right in sagittal ones, the crown up in the others', () => {
    for (const radiological of [true, false]) {
      expect(seen('axial', moved(1, 15), radiological)[1]).toBeLessThan(0.45);
      expect(seen('coronal', moved(2, 15), radiological)[1]).toBeLessThan(0.45);
      expect(seen('sagittal', moved(2, 15), radiological)[1]).toBeLessThan(0.45);
      expect(seen('sagittal', moved(1, 15), radiological)[0]).toBeGreaterThan(0.55);
      expect(edgeLetters('sagittal', radiological)).toEqual(['P', 'A', 'S', 'I']);
      expect(edgeLetters('axial', radiological).slice(2)).toEqual(['A', 'P']);
    }
  });

  it('fill the picture from edge to edge with voxels of their extent', () => {
    for (const plane of planes) {
      const { across, up, through } = planeAxes[plane];
      const size = { plane, width: canonical.shape[across], height: canonical.shape[up] };
      const picture = sliceGrid(canonical, size, 7, false);
      const voxel = transformPoint(invert(canonical.affine), transformPoint(picture.affine, [0, 0, 0]));
      expect(voxel[across]).toBeCloseTo(0);
      expect(voxel[up]).toBeCloseTo(canonical.shape[up] - 1);
      expect(voxel[through]).toBeCloseTo(7);
    }
  });

  it('draw a mask of the left where the left is', () => {
    const data = new Uint8Array(40 * 40 * 25);
    for (let at = 0; at < data.length; at++) {
      const voxel: Vec3 = [at % 40, Math.floor(at / 40) % 40, Math.floor(at / 1600)];
      const [x, y, z] = transformPoint(affine, voxel);
      if (Math.hypot(x - (centre[0] - 18), y - centre[1], z - centre[2]) < 12) data[at] = 1;
    }
    const base = { ...grid, data: new Float32Array(data.length).fill(100) };
    const index = Math.round(transformPoint(invert(canonical.affine), centre)[2]);
    const picture = sliceGrid(canonical, { plane: 'axial', width: 80, height: 80 }, index, true);
    const layer: Omit<MaskLayer, 'outline'> = {
      mask: { ...grid, data },
      paint: () => [255, 0, 0],
      opacity: 1,
    };
    const count = (outline: boolean) => {
      const rgba = drawSlice(picture, base, [0, 200], [{ ...layer, outline }]);
      const columns = Array.from({ length: 6400 }, (_, at) =>
        rgba[4 * at] === 255 && rgba[4 * at + 1] === 0 ? at % 80 : -1,
      );
      return {
        left: columns.filter((x) => x >= 0 && x < 40).length,
        right: columns.filter((x) => x >= 40).length,
      };
    };
    const filled = count(false);
    expect(filled.left).toBe(0);
    expect(filled.right).toBeGreaterThan(100);
    expect(count(true).right).toBeLessThan(filled.right);
    expect(count(true).right).toBeGreaterThan(20);
  });
});

describe('the layout', () => {
  it('keeps true proportions at one scale, inside the canvas, without overlap', () => {
    const affine = grids['first axis to the right'];
    for (const [width, height] of [
      [900, 300],
      [400, 700],
      [640, 480],
    ]) {
      const panels = layOut({ shape: [40, 40, 25], affine }, planes, width, height);
      const perMm = panels.map((panel) => panel.width / [80, 80, 120][panels.indexOf(panel)]);
      for (const scale of perMm) expect(scale).toBeCloseTo(perMm[0], 1);
      for (const { x, y, ...size } of panels) {
        expect(x).toBeGreaterThanOrEqual(0);
        expect(y).toBeGreaterThanOrEqual(0);
        expect(x + size.width).toBeLessThanOrEqual(width);
        expect(y + size.height).toBeLessThanOrEqual(height);
      }
    }
  });
});

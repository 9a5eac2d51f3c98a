import { planeAxes, type SlicePlane, sliceGrid } from '@atoll/pictures/slice-grid';
import { invert, transformPoint } from '@atoll/volume/affine';
import type { Grid } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { niivuePanels } from './niivue-panels.ts';

/** 80 × 120 × 100 mm. */
const canonical: Grid = {
  shape: [40, 40, 25],
  affine: [
    [2, 0, 0, -40],
    [0, 3, 0, -60],
    [0, 0, 4, -50],
  ],
};
const all: readonly SlicePlane[] = ['axial', 'coronal', 'sagittal'];
const middle = transformPoint(canonical.affine, [19.5, 19.5, 12]);

describe('the rectangles of slices that NiiVue takes over', () => {
  it('are the whole canvas for one plane, with the image as large as it fits, in the middle', () => {
    for (const plane of all) {
      for (const [width, height] of [
        [648, 521],
        [300, 700],
      ]) {
        const [panel] = niivuePanels(canonical, [plane], width, height, 1, 1);
        expect(panel).toMatchObject({ plane, x: 0, y: 0, width, height });
        const [w, h] = panel.full ?? [0, 0];
        expect(Math.max(w / width, h / height)).toBeCloseTo(1);
        const { across, up } = planeAxes[plane];
        const extent = [80, 120, 100];
        expect(w / h).toBeCloseTo(extent[across] / extent[up]);
        const picture = sliceGrid(canonical, panel, 12, true);
        const [x, y] = transformPoint(invert(picture.affine), middle);
        expect(x + 0.5).toBeCloseTo(width / 2);
        expect(y + 0.5).toBeCloseTo(height / 2);
      }
    }
  });

  it('stand in a square for three planes, at one scale, without overlap, and leave the lower right to 3D', () => {
    const panels = niivuePanels(canonical, all, 648, 521, 1, 1);
    const [axial, coronal, sagittal] = panels;
    expect(coronal.x + coronal.width).toBeLessThan(sagittal.x);
    expect(coronal.y + coronal.height).toBeLessThan(axial.y);
    expect(axial.x).toBe(coronal.x);
    expect(sagittal.y + sagittal.height).toBeLessThan(axial.y);
    const perMm = axial.width / 80;
    expect(sagittal.width / 120).toBeCloseTo(perMm, 1);
    expect(coronal.height / 100).toBeCloseTo(perMm, 1);
    for (const { x, y, width, height } of panels) {
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(648);
      expect(y + height).toBeLessThanOrEqual(521);
    }
  });

  it('stay where they are when a reader comes nearer, and show less of the slice', () => {
    const near = niivuePanels(canonical, all, 648, 521, 4, 1);
    const whole = niivuePanels(canonical, all, 648, 521, 1, 1);
    near.forEach((panel, at) => {
      expect({ ...panel, full: null }).toEqual({ ...whole[at], full: null });
      expect(panel.full?.[0]).toBeCloseTo(4 * (whole[at].full?.[0] ?? 0));
    });
  });
});

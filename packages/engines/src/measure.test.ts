import { transformPoint, voxelVolumeMl } from '@atoll/volume/affine';
import type { Grid, Mask, Vec3 } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { lasGrid, makeHead, obliqueGrid, rasGrid } from '../test/head.ts';
import { measureLesions } from './measure.ts';

const left = { centreMm: [-36, 30, 20], radiusMm: 12 } as const;
const right = { centreMm: [40, -40, -15], radiusMm: 8 } as const;
const across = { centreMm: [0, -45, 20], radiusMm: 14 } as const;

function brainOf(head: ReturnType<typeof makeHead>): Mask {
  return { ...head.truth, data: Uint8Array.from(head.dwi.data, (value) => (value > 0 ? 1 : 0)) };
}

function holds(mask: Mask, point: Vec3, grid: Grid): boolean {
  const [nx, ny, nz] = grid.shape;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++) {
        const p = transformPoint(grid.affine, [i, j, k]);
        if (Math.hypot(p[0] - point[0], p[1] - point[1], p[2] - point[2]) < 0.01)
          return mask.data[i + nx * (j + ny * k)] === 1;
      }
  return false;
}

describe.each([
  ['RAS', rasGrid],
  ['LAS', lasGrid],
  ['oblique', obliqueGrid],
])('measureLesions on a %s grid', (_, grid) => {
  const head = makeHead(grid, [left, right]);
  const measured = measureLesions({ mask: head.truth, adc: head.adc, brain: brainOf(head) });

  it('tells the patient’s left from his right', () => {
    expect(measured.lesions.map(({ side }) => side)).toEqual(['left', 'right']);
  });

  it('says both for a lesion across the midline', () => {
    const one = makeHead(grid, [across]);
    expect(measureLesions({ mask: one.truth, adc: one.adc, brain: brainOf(one) }).lesions[0].side).toBe(
      'both',
    );
  });

  it('sorts by volume and adds up', () => {
    const voxels = head.truth.data.reduce((sum, value) => sum + value, 0);
    expect(measured.lesionCount).toBe(2);
    expect(measured.lesions.map(({ id }) => id)).toEqual([1, 2]);
    expect(measured.volumeMl).toBeCloseTo(voxels * voxelVolumeMl(grid.affine), 6);
    expect(measured.lesions[0].volumeMl + measured.lesions[1].volumeMl).toBeCloseTo(measured.volumeMl, 6);
    expect(measured.lesions[0].volumeMl).toBeGreaterThan(measured.lesions[1].volumeMl);
  });

  it('names the place, and points into the lesion', () => {
    expect(measured.lesions.map(({ place }) => place)).toEqual([
      'anterior third of the brain, superior level',
      'posterior third of the brain, mid level',
    ]);
    for (const [n, ball] of [left, right].entries()) {
      const { centroidMm, focusMm } = measured.lesions[n];
      for (const axis of [0, 1, 2]) expect(Math.abs(centroidMm[axis] - ball.centreMm[axis])).toBeLessThan(3);
      expect(holds(head.truth, focusMm, grid)).toBe(true);
    }
  });

  it.each([1e-3, 1, 1e3])('states the ADC in mm²/s whatever its unit (×%f)', (factor) => {
    const adc = { ...head.adc, data: head.adc.data.map((value) => value * factor) };
    const [lesion] = measureLesions({ mask: head.truth, adc, brain: brainOf(head) }).lesions;
    expect(lesion.meanAdcMm2PerS).toBeCloseTo(0.00048, 5);
    expect(lesion.minAdcMm2PerS).toBeLessThan(0.00048);
  });

  it.each([1e-3, 1, 1e3])(
    'counts what lies under the threshold of infarct core whatever the unit (×%f)',
    (factor) => {
      const adc = { ...head.adc, data: head.adc.data.map((value) => value * factor) };
      const high = new Set(
        [...head.truth.data.keys()].filter((at) => head.truth.data[at] === 1).slice(0, 100),
      );
      for (const at of high) adc.data[at] = 700 * factor;
      const { lowAdc, volumeMl } = measureLesions({ mask: head.truth, adc, brain: brainOf(head) });
      expect(lowAdc?.belowMm2PerS).toBe(0.00062);
      expect(lowAdc?.volumeMl).toBeCloseTo(volumeMl - 100 * voxelVolumeMl(grid.affine), 6);
    },
  );
});

describe('measureLesions', () => {
  it('takes an ADC on another grid', () => {
    const head = makeHead(rasGrid, [left]);
    const adc = makeHead(obliqueGrid, [left]).adc;
    const [lesion] = measureLesions({ mask: head.truth, adc, brain: brainOf(head) }).lesions;
    expect(Math.abs((lesion.meanAdcMm2PerS ?? 0) - 0.00052)).toBeLessThan(0.00005);
  });

  it('has no ADC to state where the ADC does not reach', () => {
    const head = makeHead(rasGrid, [left]);
    const adc = { ...head.adc, data: new Float32Array(head.adc.data.length) };
    expect(measureLesions({ mask: head.truth, adc, brain: null }).lesions[0].meanAdcMm2PerS).toBeNull();
  });

  it('finds nothing in an empty mask', () => {
    const head = makeHead(rasGrid, []);
    expect(measureLesions({ mask: head.truth, adc: head.adc, brain: null })).toEqual({
      volumeMl: 0,
      lesionCount: 0,
      lesions: [],
      lowAdc: { belowMm2PerS: 0.00062, volumeMl: 0 },
    });
  });

  it('goes by the middle of the image where no brain is known', () => {
    const head = makeHead(lasGrid, [right]);
    const [lesion] = measureLesions({ mask: head.truth, adc: head.adc, brain: null }).lesions;
    expect(lesion.side).toBe('right');
    expect(lesion.place).toBe('brain not segmented');
  });
});

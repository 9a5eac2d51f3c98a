import type { Vec3 } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { ringsAround } from './rings.ts';
import { trimPieces } from './trim.ts';

const shape: Vec3 = [40, 30, 10];
const spacingMm: Vec3 = [2, 2, 2];
const voxels = shape[0] * shape[1] * shape[2];
const brain = new Uint8Array(voxels).fill(1);
const z = new Float32Array(voxels).fill(3);

/** 1 in a box of voxels, both ends included. */
function box([x0, x1]: readonly number[], [y0, y1]: readonly number[], [z0, z1]: readonly number[]) {
  return new Uint8Array(voxels).map((_, at) => {
    const [i, j, k] = [at % 40, Math.floor(at / 40) % 30, Math.floor(at / 1200)];
    return i >= x0 && i <= x1 && j >= y0 && j <= y1 && k >= z0 && k <= z1 ? 1 : 0;
  });
}

const bright = box([8, 31], [10, 19], [2, 7]);
const infarct = box([8, 17], [10, 19], [2, 7]);

describe('trimming pieces', () => {
  it('parts an infarct from what is bright beside it with the ADC of its surroundings', () => {
    const adc = new Float32Array(voxels).map((_, at) => (infarct[at] !== 0 ? 450 : 800));
    const trimmed = trimPieces({ shape, spacingMm, brain, adc }, bright, z);
    let [kept, cut] = [0, 0];
    for (let at = 0; at < voxels; at++) {
      if (infarct[at] !== 0 && trimmed[at] !== 0) kept++;
      if (bright[at] !== 0 && infarct[at] === 0 && trimmed[at] === 0) cut++;
    }
    expect(kept).toBe(600);
    // The voxels beside the infarct share its ADC by the averaging.
    expect(cut).toBeGreaterThan(0.85 * 840);
  });

  it('leaves a piece alone that differs nowhere from the tissue around', () => {
    const adc = new Float32Array(voxels).fill(800);
    expect(trimPieces({ shape, spacingMm, brain, adc }, bright, z)).toEqual(bright);
  });

  it('leaves small pieces alone: they are all edge', () => {
    const speck = box([10, 12], [10, 12], [4, 5]);
    const adc = new Float32Array(voxels).map((_, at) => (speck[at] !== 0 ? 500 + 10 * (at % 20) : 800));
    expect(trimPieces({ shape, spacingMm, brain, adc }, speck, z)).toEqual(speck);
  });
});

describe('the ring around a piece', () => {
  it('holds the tissue at 2.5 to 8 mm in the brain, without CSF and without other pieces', () => {
    const labels = Int32Array.from(infarct);
    const other = box([20, 21], [10, 19], [2, 7]);
    for (let at = 0; at < voxels; at++) if (other[at] !== 0) labels[at] = 2;
    const adc = new Float32Array(voxels).map((_, at) =>
      labels[at] === 2 ? 1 : Math.floor(at / 40) % 30 < 9 ? 3000 : 800,
    );
    const rings = ringsAround({ shape, spacingMm, brain, adc }, { labels, count: 2 }, z);
    expect(rings[1].adc.length).toBeGreaterThan(100);
    expect(new Set(rings[1].adc)).toEqual(new Set([800]));
  });
});

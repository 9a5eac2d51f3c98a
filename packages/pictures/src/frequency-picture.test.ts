import type { Grid, Volume } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { frequencyPicture } from './frequency-picture.ts';
import { packPicture } from './png.ts';

/** MNI space in 4 mm, its first axis to the left as FSL has it. */
const grid: Grid = {
  shape: [46, 55, 46],
  affine: [
    [-4, 0, 0, 90],
    [0, 4, 0, -126],
    [0, 0, 4, -72],
  ],
};

/** A percentage in a cube about (x, -20, 10). */
function cubeAt(x: number, percent: number): Volume {
  const data = new Float32Array(46 * 55 * 46);
  for (let at = 0; at < data.length; at++) {
    const [i, j, k] = [at % 46, Math.floor(at / 46) % 55, Math.floor(at / (46 * 55))];
    const mm = [90 - 4 * i, 4 * j - 126, 4 * k - 72];
    if (Math.abs(mm[0] - x) < 12 && Math.abs(mm[1] + 20) < 12 && Math.abs(mm[2] - 10) < 12)
      data[at] = percent;
  }
  return { ...grid, data };
}

describe('the picture of a cohort’s lesions', () => {
  it.each([
    ['left', -40],
    ['right', 40],
  ] as const)('shows the patients’ %s where radiologists look for it', (side, x) => {
    const { width, height, rgba } = frequencyPicture(cubeAt(x, 30), null);
    const across: number[] = [];
    // Less the legend at the foot; a slice is 150 pixels wide and 4 from the next.
    for (let at = 0; at < width * (height - 46); at++) {
      // Letters are nearly white.
      if (Math.abs(rgba[4 * at] - rgba[4 * at + 1]) < 20) continue;
      across.push(((at % width) % 154) / 150);
    }
    expect(across.length).toBeGreaterThan(100);
    const mean = across.reduce((sum, each) => sum + each, 0) / across.length;
    if (side === 'left') expect(mean).toBeGreaterThan(0.6);
    else expect(mean).toBeLessThan(0.4);
  });

  it('fits into a palette, with a background and without', () => {
    const background = { ...grid, data: new Float32Array(46 * 55 * 46).map((_, at) => (at % 97) / 97) };
    expect(packPicture(frequencyPicture(cubeAt(0, 100), background)).palette.length).toBeGreaterThan(720);
    expect(packPicture(frequencyPicture(cubeAt(0, 0), null)).width).toBeGreaterThan(600);
  });
});

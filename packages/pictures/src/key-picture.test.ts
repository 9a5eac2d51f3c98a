import { invert, transformPoint } from '@atoll/volume/affine';
import { canonicalGrid } from '@atoll/volume/orientation';
import type { Affine, Grid, Vec3 } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { type KeyImages, keyPicture, outlineColour, thumbnail } from './key-picture.ts';
import type { Raster } from './raster.ts';

const shape: Vec3 = [40, 48, 20];
const turn = (15 * Math.PI) / 180;
const grids: Readonly<Record<string, Affine>> = {
  'first axis to the right': [
    [4, 0, 0, -78],
    [0, 4, 0, -94],
    [0, 0, 5, -40],
  ],
  'first axis to the left': [
    [-4, 0, 0, 78],
    [0, 4, 0, -94],
    [0, 0, 5, -40],
  ],
  'axes to the left, back and down': [
    [-4, 0, 0, 78],
    [0, -4, 0, 94],
    [0, 0, -5, 55],
  ],
  oblique: [
    [-4 * Math.cos(turn), 0, 5 * Math.sin(turn), 60],
    [0, 4, 0, -94],
    [4 * Math.sin(turn), 0, 5 * Math.cos(turn), -50],
  ],
};

/** A head of one level with a ball in it that is bright on DWI, dark on ADC, and marked. */
function headWith(affine: Affine, ball: Vec3): KeyImages {
  const grid: Grid = { shape, affine };
  const dwi = new Float32Array(shape[0] * shape[1] * shape[2]);
  const adc = new Float32Array(dwi.length);
  const mask = new Uint8Array(dwi.length);
  let at = 0;
  for (let k = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++)
      for (let i = 0; i < shape[0]; i++, at++) {
        const [x, y, z] = transformPoint(affine, [i, j, k]);
        if (Math.hypot(x / 65, y / 80, z / 60) > 1) continue;
        const isMarked = Math.hypot(x - ball[0], y - ball[1], z - ball[2]) < 14;
        dwi[at] = isMarked ? 300 : 100;
        adc[at] = isMarked ? 400 : 850;
        mask[at] = isMarked ? 1 : 0;
      }
  return {
    canonical: canonicalGrid(grid),
    shown: canonicalGrid(grid),
    dwi: { ...grid, data: dwi },
    adc: { ...grid, data: adc },
    mask: { ...grid, data: mask },
    brightest: { dwi: 200, adc: 2000 },
  };
}

const sliceAt = ({ canonical }: KeyImages, mm: Vec3) =>
  Math.round(transformPoint(invert(canonical.affine), mm)[2]);

/** Places of the pixels of a colour. */
function pixelsOf({ width, rgba }: Raster, colour: readonly number[]): { x: number; y: number }[] {
  const found: { x: number; y: number }[] = [];
  for (let at = 0; at < rgba.length / 4; at++)
    if (colour.every((value, channel) => rgba[4 * at + channel] === value))
      found.push({ x: at % width, y: Math.floor(at / width) });
  return found;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe.each(Object.entries(grids))('a key picture of images with %s', (_, affine) => {
  const left: Vec3 = [-34, 20, 10];
  const right: Vec3 = [34, 20, 10];
  const width = 240;

  it.each([
    ['left', left],
    ['right', right],
  ] as const)(
    'has the outline of a lesion of the patient’s %s where radiologists look for it',
    (side, ball) => {
      const images = headWith(affine, ball);
      const picture = keyPicture(images, sliceAt(images, ball), width);
      const outline = pixelsOf(picture, outlineColour);
      expect(outline.length).toBeGreaterThan(60);
      const third = picture.width - width;
      // In the last of the three pictures alone.
      expect(Math.min(...outline.map(({ x }) => x))).toBeGreaterThan(third);
      const across = mean(outline.map(({ x }) => x - third)) / width;
      if (side === 'left') expect(across).toBeGreaterThan(0.55);
      else expect(across).toBeLessThan(0.45);
      // In front is above.
      expect(mean(outline.map(({ y }) => y)) / picture.height).toBeLessThan(0.5);
    },
  );

  it('shows the lesion bright on DWI and dark on ADC at the same place', () => {
    const images = headWith(affine, left);
    const picture = keyPicture(images, sliceAt(images, left), width);
    const outline = pixelsOf(picture, outlineColour);
    const third = picture.width - width;
    const x = Math.round(mean(outline.map((pixel) => pixel.x - third)));
    const y = Math.round(mean(outline.map((pixel) => pixel.y)));
    const grey = (column: number, row: number) => picture.rgba[4 * (column + picture.width * row)];
    const mirrored = width - x;
    expect(grey(x, y)).toBeGreaterThan(1.5 * grey(mirrored, y));
    const adc = (picture.width - width) / 2;
    expect(grey(adc + x, y)).toBeLessThan(0.7 * grey(adc + mirrored, y));
  });

  it('is small in a list, and on the same side', () => {
    const images = headWith(affine, right);
    const picture = thumbnail(images, sliceAt(images, right), 96);
    expect(picture.width).toBe(96);
    expect(mean(pixelsOf(picture, outlineColour).map(({ x }) => x))).toBeLessThan(48);
  });
});

describe('a key picture', () => {
  it('has a bar of 50 mm that is 50 mm long', () => {
    const images = headWith(grids['first axis to the left'], [0, 0, 0]);
    const width = 320;
    const picture = keyPicture(images, 8, width);
    const rows = new Map<number, number>();
    for (const { x, y } of pixelsOf(picture, [240, 242, 246]))
      if (x < width / 2 && y > picture.height - 20) rows.set(y, (rows.get(y) ?? 0) + 1);
    // The longest row of white is the bar; the field of view is 160 mm wide.
    expect(Math.max(...rows.values())).toBe(Math.round((50 / 160) * width));
  });
});

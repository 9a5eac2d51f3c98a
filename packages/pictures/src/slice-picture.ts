import { resampleLinear, resampleNearest } from '@atoll/volume/resample';
import type { Grid, Mask, Volume } from '@atoll/volume/volume';

/** Red, green, blue, 0–255. */
export type Colour = readonly [number, number, number];

/** Colour of a pixel by the mask's value there and the pixel's place. */
export type Paint = (value: number, x: number, y: number) => Colour;

export type MaskLayer = {
  readonly mask: Mask;
  readonly paint: Paint;
  /** 0–1 */
  readonly opacity: number;
  readonly outline: boolean;
};

/** Half the width of an outline, in pixels. */
const lineWidth = 2;
/**
 * A slice as pixels: the image in grey, masks over it.
 * @param grid of the picture's pixels, shape [width, height, 1].
 * @param range values that are black and white.
 * @returns RGBA, row by row.
 */
export function drawSlice(
  grid: Grid,
  base: Volume,
  range: readonly [number, number],
  layers: readonly MaskLayer[],
): Uint8ClampedArray<ArrayBuffer> {
  // Whatever the range is, there is nothing to be seen outside the image.
  const { data } = resampleLinear(base, grid, Number.NaN);
  const rgba = new Uint8ClampedArray(4 * data.length);
  const perGrey = 255 / (range[1] - range[0]);
  for (let at = 0; at < data.length; at++) {
    // NaN becomes black.
    const grey = (data[at] - range[0]) * perGrey;
    rgba.fill(grey, 4 * at, 4 * at + 3);
    rgba[4 * at + 3] = 255;
  }
  for (const layer of layers) addMask(rgba, grid, layer);
  return rgba;
}

function addMask(rgba: Uint8ClampedArray, grid: Grid, { mask, paint, opacity, outline }: MaskLayer): void {
  const inside = resampleNearest(mask, grid).data;
  const [width, height] = grid.shape;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (inside[at] === 0 || (outline && isBuried(inside, width, height, x, y))) continue;
      const colour = paint(inside[at], x, y);
      for (let channel = 0; channel < 3; channel++) {
        const below = rgba[4 * at + channel];
        rgba[4 * at + channel] = below + opacity * (colour[channel] - below);
      }
    }
  }
}

/** Has a pixel of the mask nothing but the mask around it? */
function isBuried(inside: Uint8Array, width: number, height: number, x: number, y: number): boolean {
  const has = (column: number, row: number) =>
    column >= 0 && column < width && row >= 0 && row < height && inside[column + width * row] !== 0;
  return has(x - lineWidth, y) && has(x + lineWidth, y) && has(x, y - lineWidth) && has(x, y + lineWidth);
}

import type { Colour } from './slice-picture.ts';

/** A picture in memory: RGBA, row by row. */
export type Raster = {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
};

/** An opaque picture of one colour. */
export function blankRaster(width: number, height: number, colour: Colour): Raster {
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let at = 0; at < rgba.length; at += 4) setPixel(rgba, at, colour);
  return { width, height, rgba };
}

/** Copies a picture into another one, its upper left corner to (x, y); it must lie within. */
export function paste(onto: Raster, picture: Raster, x: number, y: number): void {
  for (let row = 0; row < picture.height; row++) {
    const from = 4 * picture.width * row;
    onto.rgba.set(picture.rgba.subarray(from, from + 4 * picture.width), 4 * (x + onto.width * (y + row)));
  }
}

/** Fills a rectangle, as far as it lies within the picture. */
export function fill(
  onto: Raster,
  x: number,
  y: number,
  width: number,
  height: number,
  colour: Colour,
): void {
  for (let row = Math.max(0, y); row < Math.min(onto.height, y + height); row++)
    for (let column = Math.max(0, x); column < Math.min(onto.width, x + width); column++)
      setPixel(onto.rgba, 4 * (column + onto.width * row), colour);
}

function setPixel(rgba: Uint8ClampedArray, at: number, [red, green, blue]: Colour): void {
  rgba[at] = red;
  rgba[at + 1] = green;
  rgba[at + 2] = blue;
  rgba[at + 3] = 255;
}

import { unzlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { packPicture, pngFile } from './png.ts';
import { blankRaster, fill } from './raster.ts';

/** A paletted PNG's pixels as red, green, blue, by the specification and none of our code. */
function readPng(file: Uint8Array): { width: number; height: number; rgb: number[] } {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const chunks = new Map<string, Uint8Array>();
  for (let at = 8; at < file.length; ) {
    const length = view.getUint32(at);
    chunks.set(String.fromCharCode(...file.subarray(at + 4, at + 8)), file.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const [palette, packed] = [chunks.get('PLTE'), chunks.get('IDAT')];
  if (palette === undefined || packed === undefined) throw new Error('There is no picture.');
  const lines = unzlibSync(packed);
  const before = new Uint8Array(width);
  const rgb: number[] = [];
  for (let y = 0; y < height; y++) {
    if (lines[y * (width + 1)] !== 2) throw new Error('Another filter.');
    for (let x = 0; x < width; x++) {
      before[x] += lines[y * (width + 1) + 1 + x];
      rgb.push(...palette.subarray(3 * before[x], 3 * before[x] + 3));
    }
  }
  return { width, height, rgb };
}

describe('a PNG file', () => {
  it('gives back greys to half a step and colours as they are', () => {
    const raster = blankRaster(256, 3, [0, 0, 0]);
    for (let x = 0; x < 256; x++) fill(raster, x, 0, 1, 2, [x, x, x]);
    fill(raster, 10, 2, 5, 1, [255, 159, 28]);
    const { width, height, rgb } = readPng(pngFile(packPicture(raster)));
    expect([width, height]).toEqual([256, 3]);
    for (let x = 0; x < 256; x++)
      for (const y of [0, 1]) expect(Math.abs(rgb[3 * (x + 256 * y)] - x)).toBeLessThanOrEqual(1);
    expect(rgb.slice(3 * (512 + 10), 3 * (512 + 10) + 3)).toEqual([255, 159, 28]);
    expect(rgb.slice(3 * (512 + 15), 3 * (512 + 15) + 3)).toEqual([0, 0, 0]);
  });

  it('is refused for more colours than a palette has room for', () => {
    const raster = blankRaster(20, 1, [0, 0, 0]);
    for (let x = 0; x < 20; x++) fill(raster, x, 0, 1, 1, [x, 200, 3]);
    expect(() => packPicture(raster)).toThrow('too many colours');
  });
});

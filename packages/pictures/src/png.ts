import { crc32 } from '@atoll/volume/crc32';
import { zlibSync } from 'fflate';
import type { Raster } from './raster.ts';

/**
 * A picture in greys and a few colours, by a palette. `lines` are packed by zlib, each line less the one above it after a
 * byte that says so (filter "Up"): as a PNG file's IDAT has them, and as a PDF can take them.
 */
export type PackedPicture = {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue of each index. */
  readonly palette: Uint8Array<ArrayBuffer>;
  readonly lines: Uint8Array<ArrayBuffer>;
};

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Levels of grey; what is left of 256 indices is for colours. A level is off by half a step of 255 at most. */
const greys = 240;
const mostColours = 256 - greys;
const filterUp = 2;

/**
 * Packs a picture, less its transparency. The same bytes in Node and in browsers.
 * @throws Error for a picture of more than 16 colours that are not grey.
 */
export function packPicture({ width, height, rgba }: Raster): PackedPicture {
  const colours: number[] = [];
  const indices = new Uint8Array(width * height);
  for (let at = 0; at < indices.length; at++) {
    const [red, green, blue] = [rgba[4 * at], rgba[4 * at + 1], rgba[4 * at + 2]];
    if (red === green && red === blue) {
      indices[at] = Math.round((red * (greys - 1)) / 255);
      continue;
    }
    const colour = (red << 16) | (green << 8) | blue;
    const known = colours.indexOf(colour);
    indices[at] = greys + (known >= 0 ? known : colours.push(colour) - 1);
  }
  if (colours.length > mostColours) throw new Error('The picture has too many colours for a palette.');
  const palette = new Uint8Array(3 * (greys + colours.length));
  for (let level = 0; level < greys; level++) {
    palette.fill(Math.round((level * 255) / (greys - 1)), 3 * level, 3 * level + 3);
  }
  colours.forEach((colour, n) => {
    palette.set([colour >> 16, (colour >> 8) & 0xff, colour & 0xff], 3 * (greys + n));
  });
  const lines = zlibSync(filtered(indices, width, height), { level: 6 });
  return { width, height, palette, lines: new Uint8Array(lines) };
}

/** A packed picture as a PNG file. Source: PNG specification, third edition (W3C 2025). */
export function pngFile({ width, height, palette, lines }: PackedPicture): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  // Eight bits, by palette.
  header.set([8, 3], 8);
  const chunks = [
    Uint8Array.from(signature),
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', lines),
    chunk('IEND', new Uint8Array(0)),
  ];
  const file = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const each of chunks) {
    file.set(each, at);
    at += each.length;
  }
  return file;
}

function filtered(indices: Uint8Array, width: number, height: number): Uint8Array {
  const lines = new Uint8Array(height * (1 + width));
  let to = 0;
  for (let y = 0; y < height; y++) {
    lines[to++] = filterUp;
    for (let at = width * y; at < width * (y + 1); at++)
      lines[to++] = indices[at] - (y === 0 ? 0 : indices[at - width]);
  }
  return lines;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const whole = new Uint8Array(12 + data.length);
  const view = new DataView(whole.buffer);
  view.setUint32(0, data.length);
  for (let n = 0; n < 4; n++) whole[4 + n] = type.charCodeAt(n);
  whole.set(data, 8);
  view.setUint32(8 + data.length, crc32(whole.subarray(4, 8 + data.length)));
  return whole;
}

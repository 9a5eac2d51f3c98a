import { drawSlice, type MaskLayer } from '@atoll/pictures/slice-picture';
import type { Affine, Grid } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { agreementLook, otherRunLook } from './layer.ts';
import { paintOf } from './layer-paint.ts';

const affine: Affine = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
];
const grid: Grid = { shape: [30, 30, 1], affine };
const base = { ...grid, data: new Float32Array(900) };

/** Colours of the picture's pixels, row by row. */
function draw(data: Uint8Array, layer: Omit<MaskLayer, 'mask' | 'opacity'>): string[] {
  const rgba = drawSlice(grid, base, [0, 1], [{ ...layer, mask: { ...grid, data }, opacity: 1 }]);
  return Array.from(data, (_, at) => rgba.slice(4 * at, 4 * at + 3).join());
}

describe('a picture of further masks', () => {
  it('draws a line of two tones that is closed', () => {
    const inside = (at: number) => at % 30 >= 5 && at % 30 < 25 && at >= 150 && at < 750;
    const data = Uint8Array.from({ length: 900 }, (_, at) => (inside(at) ? 1 : 0));
    const line = draw(data, { paint: () => [255, 255, 255], outline: true });
    const dashes = draw(data, { paint: paintOf(otherRunLook), outline: true });
    const tones = otherRunLook.kind === 'dashes' ? otherRunLook.tones.map((tone) => tone.join()) : [];
    for (let at = 0; at < 900; at++) expect(tones.includes(dashes[at])).toBe(line[at] === '255,255,255');
    for (const tone of tones) {
      expect(dashes.filter((colour) => colour === tone).length).toBeGreaterThan(40);
    }
  });

  it('gives each count its colour, and what is beyond the scale the last one', () => {
    const data = new Uint8Array(900);
    data.set([1, 2, 3, 4]);
    const [one, two, three] = agreementLook(3).colours.map((colour) => colour.join());
    const seen = draw(data, { paint: paintOf(agreementLook(3)), outline: false });
    expect(seen.slice(0, 5)).toEqual([one, two, three, three, '0,0,0']);
  });
});

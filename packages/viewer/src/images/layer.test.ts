import type { Colour } from '@atoll/pictures/slice-picture';
import { describe, expect, it } from 'vitest';
import { maskColours } from './display.ts';
import { agreementLook, missedLook, otherRunLook } from './layer.ts';

type Matrix = readonly [Colour, Colour, Colour];

/** Machado, Oliveira & Fernandes 2009, full severity; on linear RGB. */
const sights: Record<string, Matrix> = {
  'of usual sight': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'without long cones (protanopia)': [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  'without medium cones (deuteranopia)': [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  'without short cones (tritanopia)': [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const times = (matrix: Matrix, [x, y, z]: Colour): Colour => {
  const row = ([a, b, c]: Colour) => a * x + b * y + c * z;
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])];
};

/** CIELAB of sRGB (D65) as such an eye sees it. */
function labOf(colour: Colour, sight: Matrix): Colour {
  const linear = (value: number) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  const [r, g, b] = times(sight, [linear(colour[0]), linear(colour[1]), linear(colour[2])]);
  const within = (value: number) => Math.min(1, Math.max(0, value));
  const [x, y, z] = times(
    [
      [0.4124, 0.3576, 0.1805],
      [0.2126, 0.7152, 0.0722],
      [0.0193, 0.1192, 0.9505],
    ],
    [within(r), within(g), within(b)],
  );
  const f = (value: number) => (value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116);
  const [fx, fy, fz] = [f(x / 0.9505), f(y), f(z / 1.089)];
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}

function difference(one: Colour, other: Colour, sight: Matrix): number {
  const [a, b] = [labOf(one, sight), labOf(other, sight)];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** A just noticeable difference is 2.3. */
const plain = 20;

describe.each(Object.entries(sights))('a reader %s', (_name, sight) => {
  it('tells the masks of two runs and the reference apart by colour', () => {
    const tones = otherRunLook.kind === 'dashes' ? otherRunLook.tones : [];
    expect(tones).toHaveLength(2);
    for (const tone of tones) expect(difference(tone, maskColours.mask, sight)).toBeGreaterThan(plain);
    // A line of two tones is no line of one.
    expect(difference(tones[0], tones[1], sight)).toBeGreaterThan(plain);
    expect(difference(maskColours.reference, maskColours.mask, sight)).toBeGreaterThan(plain);
  });

  it('tells what the mask may have missed from the mask, and both of its tones from each other', () => {
    const tones = missedLook.kind === 'dashes' ? missedLook.tones : [];
    expect(tones).toHaveLength(2);
    for (const tone of tones) expect(difference(tone, maskColours.mask, sight)).toBeGreaterThan(plain);
    expect(difference(tones[0], tones[1], sight)).toBeGreaterThan(plain);
  });

  it('sees more agreement as lighter', () => {
    const lightness = agreementLook(3).colours.map((colour) => labOf(colour, sight)[0]);
    expect(lightness[1] - lightness[0]).toBeGreaterThan(10);
    expect(lightness[2] - lightness[1]).toBeGreaterThan(10);
  });
});

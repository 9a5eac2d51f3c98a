import { describe, expect, it } from 'vitest';
import {
  boundingBox,
  close,
  cropMask,
  dilate,
  erode,
  fillHolesBySlice,
  open,
  pasteMask,
} from './morphology.ts';
import type { Vec3 } from './volume.ts';

const count = (mask: Uint8Array) => mask.reduce((sum, value) => sum + value, 0);

function cube(shape: Vec3, low: number, high: number): Uint8Array {
  const mask = new Uint8Array(shape[0] * shape[1] * shape[2]);
  for (let z = low; z <= high; z++)
    for (let y = low; y <= high; y++)
      mask.fill(1, shape[0] * (y + shape[1] * z) + low, shape[0] * (y + shape[1] * z) + high + 1);
  return mask;
}

describe('morphology in millimetres', () => {
  it('dilates a point into a ball that follows the spacing', () => {
    const shape: Vec3 = [21, 21, 11];
    const point = new Uint8Array(21 * 21 * 11);
    point[10 + 21 * (10 + 21 * 5)] = 1;
    const ball = dilate(point, shape, [1, 1, 2], 4);
    ball.forEach((value, at) => {
      const [x, y, z] = [at % 21, Math.floor(at / 21) % 21, Math.floor(at / 441)];
      expect(value).toBe(Math.hypot(x - 10, y - 10, 2 * (z - 5)) <= 4 ? 1 : 0);
    });
  });

  it('erodes a cube by the radius from every side', () => {
    const shape: Vec3 = [15, 15, 15];
    expect(erode(cube(shape, 3, 11), shape, [1, 1, 1], 2)).toEqual(cube(shape, 5, 9));
  });

  it('does not erode what the edge of the grid cuts off', () => {
    const shape: Vec3 = [9, 9, 9];
    expect(erode(new Uint8Array(729).fill(1), shape, [1, 1, 1], 2)).toEqual(new Uint8Array(729).fill(1));
  });

  it('opens away a speck and closes a crack', () => {
    const shape: Vec3 = [17, 17, 17];
    const body = cube(shape, 4, 12);
    const withSpeck = body.slice();
    withSpeck[1] = 1;
    expect(open(withSpeck, shape, [1, 1, 1], 1)[1]).toBe(0);
    const cracked = body.slice();
    const centre = 8 + 17 * (8 + 17 * 8);
    cracked[centre] = 0;
    expect(close(cracked, shape, [1, 1, 1], 1)[centre]).toBe(1);
    expect(count(close(cracked, shape, [1, 1, 1], 1))).toBe(count(body));
  });

  it('gives an empty mask for an empty mask', () => {
    for (const step of [dilate, erode, open, close])
      expect(count(step(new Uint8Array(27), [3, 3, 3], [1, 1, 1], 2))).toBe(0);
  });
});

describe('fillHolesBySlice', () => {
  const shape: Vec3 = [7, 7, 1];
  const ring = new Uint8Array(49);
  for (let y = 1; y <= 5; y++)
    for (let x = 1; x <= 5; x++) ring[x + 7 * y] = x > 1 && x < 5 && y > 1 && y < 5 ? 0 : 1;

  it('fills what the mask encloses, and leaves what is open to the edge', () => {
    expect(count(fillHolesBySlice(ring, shape))).toBe(25);
    const opened = ring.slice();
    opened[1 + 7 * 3] = 0;
    expect(count(fillHolesBySlice(opened, shape))).toBe(15);
  });

  it('leaves holes larger than the limit', () => {
    expect(count(fillHolesBySlice(ring, shape, 8))).toBe(16);
    expect(count(fillHolesBySlice(ring, shape, 9))).toBe(25);
  });
});

describe('boundingBox', () => {
  it('is the smallest box, and what is cut out of it goes back to its place', () => {
    const shape: Vec3 = [8, 7, 6];
    const mask = new Uint8Array(8 * 7 * 6);
    mask[2 + 8 * (3 + 7 * 1)] = 1;
    mask[5 + 8 * (1 + 7 * 4)] = 1;
    const box = boundingBox(mask, shape);
    expect(box).toEqual({ low: [2, 1, 1], high: [5, 3, 4] });
    if (box === null) return;
    const back = new Uint8Array(mask.length);
    pasteMask(cropMask(mask, shape, box), back, shape, box);
    expect(back).toEqual(mask);
  });

  it('is null for an empty mask', () => {
    expect(boundingBox(new Uint8Array(8), [2, 2, 2])).toBeNull();
  });
});

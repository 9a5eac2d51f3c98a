import { describe, expect, it } from 'vitest';
import { smoothGaussian, smoothWithinMask } from './gaussian.ts';
import type { Vec3 } from './volume.ts';

describe('smoothGaussian', () => {
  it('leaves a constant image as it is, up to the edges', () => {
    const smooth = smoothGaussian(new Float32Array(7 * 6 * 5).fill(42), [7, 6, 5], [1, 2, 3], 2.5);
    for (const value of smooth) expect(value).toBeCloseTo(42, 3);
  });

  it('spreads a point over as many millimetres on every axis, whatever the spacing', () => {
    const shape: Vec3 = [61, 41, 31];
    const spacing: Vec3 = [1, 1.5, 2];
    const data = new Float32Array(61 * 41 * 31);
    data[30 + 61 * (20 + 41 * 15)] = 1;
    const smooth = smoothGaussian(data, shape, spacing, 3);
    const variance = [0, 0, 0];
    let total = 0;
    smooth.forEach((value, at) => {
      const place = [at % 61, Math.floor(at / 61) % 41, Math.floor(at / (61 * 41))];
      total += value;
      place.forEach((n, axis) => {
        variance[axis] += value * ((n - [30, 20, 15][axis]) * spacing[axis]) ** 2;
      });
    });
    expect(total).toBeCloseTo(1, 4);
    for (const v of variance) expect(Math.sqrt(v)).toBeCloseTo(3, 0);
  });

  it('is the same to a few percent where running means stand in for a kernel that is too long', () => {
    const [length, sigma] = [401, 25];
    const shape: Vec3 = [2, length, 3];
    const data = new Float32Array(2 * length * 3);
    for (let i = 0; i < 6; i++) data[(i % 2) + 2 * (200 + length * (i >> 1))] = 1;
    const smooth = smoothGaussian(data, shape, [1e6, 1, 1e6], sigma);
    const peak = 1 / (sigma * Math.sqrt(2 * Math.PI));
    for (let y = 100; y <= 300; y++) {
      const expected = peak * Math.exp(-0.5 * ((y - 200) / sigma) ** 2);
      for (const column of [0, 1])
        expect(Math.abs(smooth[column + 2 * y] - expected)).toBeLessThan(0.07 * peak);
    }
    const level = smoothGaussian(new Float32Array(9 * 8 * 7).fill(42), [9, 8, 7], [0.05, 0.05, 0.05], 16);
    for (const value of level) expect(value).toBeCloseTo(42, 3);
  });

  it('takes no more memory and work for a spacing that no scanner has', () => {
    const shape: Vec3 = [64, 64, 20];
    const data = new Float32Array(64 * 64 * 20).fill(1);
    const smooth = smoothGaussian(data, shape, [1e-9, 1, 1], 1);
    expect(smooth.every((value) => Math.abs(value - 1) < 1e-3)).toBe(true);
  });

  it('keeps the caller’s array, and writes into it when told to', () => {
    const data = Float32Array.of(0, 0, 8, 0, 0);
    smoothGaussian(data, [5, 1, 1], [1, 1, 1], 1);
    expect([...data]).toEqual([0, 0, 8, 0, 0]);
    expect(smoothGaussian(data, [5, 1, 1], [1, 1, 1], 1, data)).toBe(data);
    expect(data[2]).toBeLessThan(8);
  });
});

describe('smoothWithinMask', () => {
  it('lets nothing in from outside', () => {
    const shape: Vec3 = [9, 9, 3];
    const mask = new Uint8Array(9 * 9 * 3).map((_, at) => (at % 9 < 4 ? 1 : 0));
    const data = new Float32Array(mask.length).map((_, at) => (mask[at] === 1 ? 5 : 1000));
    smoothWithinMask(data, mask, shape, [1, 1, 1], 2).forEach((value, at) => {
      expect(value).toBeCloseTo(mask[at] === 1 ? 5 : 0, 3);
    });
  });
});

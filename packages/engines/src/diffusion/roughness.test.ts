import { resampleLinear } from '@atoll/volume/resample';
import type { Vec3, Volume } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { noise as noiseOf } from '../../test/head.ts';
import { presets } from './parameters.ts';
import { roughnessOf, smoothingFor } from './roughness.ts';

const shape: Vec3 = [60, 60, 8];
const spacingMm: Vec3 = [2, 2, 4];
const everywhere = new Uint8Array(shape[0] * shape[1] * shape[2]).fill(1);

/** Tissue that varies over centimetres, with noise of this part of its signal. */
function tissue(noise: number): Float32Array {
  const random = noiseOf(5);
  return Float32Array.from(everywhere, (_, at) => {
    const [i, j] = [at % shape[0], Math.floor(at / shape[0]) % shape[1]];
    return 200 * (1 + 0.2 * Math.sin(i / 4) * Math.sin(j / 4) + noise * random());
  });
}

/** The same, interpolated half a voxel aside. */
function interpolated(data: Float32Array): Float32Array {
  const at = (shift: number): Volume['affine'] => [
    [2, 0, 0, shift],
    [0, 2, 0, shift],
    [0, 0, 4, 0],
  ];
  return resampleLinear({ shape, affine: at(0), data }, { shape, affine: at(1) }).data;
}

const roughness = (data: Float32Array) => roughnessOf(data, everywhere, shape, spacingMm);

describe('how rough an image is', () => {
  it('is about a half for tissue alone, and about one for noise alone', () => {
    expect(roughness(tissue(0))).toBeCloseTo(0.5, 1);
    expect(roughness(tissue(10).map((value) => Math.abs(value) + 1))).toBeCloseTo(1, 1);
  });

  it('rises with noise and falls by interpolation', () => {
    const [clean, noisy] = [tissue(0.03), tissue(0.1)];
    expect(roughness(noisy)).toBeGreaterThan(roughness(clean) + 0.05);
    expect(roughness(interpolated(noisy))).toBeLessThan(roughness(noisy) - 0.05);
  });

  it('does not depend on the scale of the signal', () => {
    const image = tissue(0.05);
    expect(roughness(image.map((value) => 37 * value))).toBeCloseTo(roughness(image), 5);
  });

  it('has an answer where there is nothing to measure', () => {
    expect(roughnessOf(tissue(0.1), new Uint8Array(everywhere.length), shape, spacingMm)).toBe(0.5);
    expect(roughness(new Float32Array(everywhere.length).fill(7))).toBe(0.5);
  });

  it('decides how far the image is smoothed, without a jump and within bounds', () => {
    const { balanced } = presets;
    expect(smoothingFor(0.5, balanced)).toBe(balanced.leastSmoothingMm);
    expect(smoothingFor(0.9, balanced)).toBe(balanced.mostSmoothingMm);
    for (let rough = 0.55; rough < 0.7; rough += 0.001) {
      const step = smoothingFor(rough + 0.001, balanced) - smoothingFor(rough, balanced);
      expect(step).toBeGreaterThanOrEqual(0);
      expect(step).toBeLessThan(0.01);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { cosine, exponential, logarithm, sine } from './arithmetic.ts';
import { makeRandom } from './random.ts';

describe('arithmetic that is the same in every engine', () => {
  it('gives sine and cosine of turns to 3·10⁻⁷', () => {
    for (let turns = -3; turns < 3; turns += 0.00371) {
      expect(Math.abs(sine(turns) - Math.sin(2 * Math.PI * turns))).toBeLessThan(3.1e-7);
      expect(Math.abs(cosine(turns) - Math.cos(2 * Math.PI * turns))).toBeLessThan(3.1e-7);
    }
    expect(sine(0.25)).toBeCloseTo(1, 12);
    expect(sine(-1e-17)).toBeCloseTo(0, 12);
  });

  it('gives the exponential and its inverse to 10⁻¹¹', () => {
    for (let x = -8; x < 8; x += 0.0731) {
      expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(1e-11);
      expect(Math.abs(logarithm(Math.exp(x)) - x)).toBeLessThan(1e-11);
    }
  });
});

describe('the random numbers', () => {
  it('are the same for the same seed and others for another', () => {
    const draw = (seed: number) => {
      const random = makeRandom(seed);
      return Array.from({ length: 5 }, () => random.uniform());
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw(0).every((value) => value > 0 && value < 1)).toBe(true);
  });

  it('are normal with mean 0 and deviation 1', () => {
    const random = makeRandom(3);
    const values = Array.from({ length: 40_000 }, () => random.normal());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(variance - 1)).toBeLessThan(0.03);
    const beyondTwo = values.filter((value) => Math.abs(value) > 2).length / values.length;
    expect(Math.abs(beyondTwo - 0.0455)).toBeLessThan(0.005);
  });
});

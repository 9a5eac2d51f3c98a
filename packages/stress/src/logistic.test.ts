import { makeRandom } from '@atoll/phantom/random';
import { describe, expect, it } from 'vitest';
import { fitLogistic, likelihood, type Sample } from './logistic.ts';

describe('weighted logistic regression', () => {
  it('finds the weights by which samples were drawn again', () => {
    const random = makeRandom(3);
    const samples = Array.from({ length: 4000 }, (): Sample => {
      const x = [random.between(-2, 2), random.between(0, 300)];
      const p = 1 / (1 + Math.exp(-(1.5 * x[0] - 0.02 * (x[1] - 150))));
      return { x, y: random.uniform() < p ? 1 : 0, weight: 1 };
    });
    const { weights } = fitLogistic(samples, 0.1);
    expect(weights[0]).toBeGreaterThan(1.3);
    expect(weights[0]).toBeLessThan(1.7);
    expect(weights[1]).toBeGreaterThan(-0.023);
    expect(weights[1]).toBeLessThan(-0.017);
  });

  it('stays finite where one feature parts the classes without exception', () => {
    const samples = Array.from({ length: 40 }, (_, n): Sample => ({ x: [n], y: n < 20 ? 0 : 1, weight: 1 }));
    const fit = fitLogistic(samples);
    expect(Number.isFinite(fit.bias)).toBe(true);
    expect(likelihood(fit, [0])).toBeLessThan(0.2);
    expect(likelihood(fit, [39])).toBeGreaterThan(0.8);
  });
});

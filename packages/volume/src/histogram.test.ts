import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogram, median, modeOf, quantile, robustSigma } from './histogram.ts';

describe('modeOf', () => {
  it('finds the peak of a skewed distribution, not its mean', () => {
    const values = Array.from(
      { length: 4000 },
      (_, n) => 100 + 10 * Math.sin(n) + (n % 4 === 0 ? n / 20 : 0),
    );
    const mode = modeOf(values, 0, 400);
    expect(mode).not.toBeNull();
    expect(Math.abs((mode ?? 0) - 100)).toBeLessThan(12);
  });

  it('ignores values outside the range and NaN', () => {
    expect(modeOf([Number.NaN, -5, 500, 500, 500, 20.2, 20.3], 0, 100)).toBeCloseTo(20.2, 0);
  });

  it('has none when no value lies in the range', () => {
    expect(modeOf([1, 2, 3], 10, 20)).toBeNull();
  });
});

describe('quantile', () => {
  it('agrees with sorting, and leaves the values as they are', () => {
    fc.assert(
      fc.property(
        fc.float32Array({ minLength: 1, maxLength: 200, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          const before = values.slice();
          // `+ 0` makes 0 of -0: sorting puts it before 0, and either is right.
          expect(quantile(values, q) + 0).toBe(before.toSorted()[Math.floor(q * (values.length - 1))] + 0);
          expect(values).toEqual(before);
        },
      ),
    );
  });

  it('is NaN for no values', () => {
    expect(quantile(new Float32Array(0), 0.5)).toBeNaN();
  });
});

describe('robust statistics', () => {
  it('are not moved by a fifth of outliers', () => {
    const values = Float32Array.from({ length: 500 }, (_, n) => (n % 5 === 0 ? 1e6 : 10 + (n % 7) - 3));
    expect(median(values)).toBeLessThan(13);
    expect(robustSigma(values)).toBeLessThan(6);
  });
});

describe('histogram', () => {
  it('counts the lower border in and the upper one out', () => {
    expect([...histogram([0, 1, 1.5, 2], 0, 2, 2)]).toEqual([1, 2]);
  });
});

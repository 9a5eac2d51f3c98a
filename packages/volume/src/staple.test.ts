import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { staple } from './staple.ts';

/** Patterns of three readers by their bits: none, a, b, ab, c, ac, bc, abc. */
const threeReaders = Float64Array.of(500, 12, 9, 20, 5, 15, 18, 80);

describe('STAPLE', () => {
  it('gives what ITK’s STAPLEImageFilter gives for three readers', () => {
    // SimpleITK 2.5.7 on an image of these voxels.
    const { performance, probability, hasConverged, prior } = staple(threeReaders, 3);
    const itk = {
      sensitivity: [0.8295625876, 0.8548357486, 0.8141887494],
      specificity: [0.9815830121, 0.9885000541, 0.9947702001],
      probability: [
        0.0011027038, 0.2226199458, 0.358473217, 0.9931485947, 0.4791902164, 0.9958278223, 0.9978574262,
        0.9999917231,
      ],
    };
    for (const [reader, each] of performance.entries()) {
      expect(each.sensitivity).toBeCloseTo(itk.sensitivity[reader], 6);
      expect(each.specificity).toBeCloseTo(itk.specificity[reader], 6);
    }
    for (const [pattern, each] of probability.entries())
      expect(each).toBeCloseTo(itk.probability[pattern], 5);
    expect(hasConverged).toBe(true);
    // Of 659 voxels the three mark 127, 127 and 118.
    expect(prior).toBeCloseTo((127 + 127 + 118) / (3 * 659), 12);
  });

  it('gives what ITK gives for four readers, of whom two and two disagree', () => {
    const counts = Float64Array.of(800, 5, 6, 30, 7, 3, 4, 10, 4, 2, 3, 9, 25, 8, 9, 90);
    const { performance, probability } = staple(counts, 4);
    const sensitivity = [0.7705646924, 0.7863366254, 0.7546718719, 0.7390507715];
    for (const [reader, each] of performance.entries())
      expect(each.sensitivity).toBeCloseTo(sensitivity[reader], 6);
    expect(probability[0b0001]).toBeCloseTo(0.3066128402, 6);
    expect(probability[0b0011]).toBeCloseTo(0.9966423046, 6);
    expect(probability[0b1100]).toBeCloseTo(0.9950900951, 6);
  });

  it('works out by hand: readers who agree on every voxel are right', () => {
    const { performance, probability } = staple(Float64Array.of(90, 0, 0, 0, 0, 0, 0, 10), 3);
    for (const { sensitivity, specificity } of performance)
      expect([sensitivity, specificity]).toEqual([1, 1]);
    expect([probability[0], probability[7]]).toEqual([0, 1]);
  });

  it('finds a careless reader among careful ones', () => {
    // 1000 true voxels of 10,000; sensitivities 0.9, 0.9 and 0.6, specificities 0.99, 0.99 and 0.95.
    const [sensitivities, specificities] = [
      [0.9, 0.9, 0.6],
      [0.99, 0.99, 0.95],
    ];
    const counts = Float64Array.from({ length: 8 }, (_, pattern) =>
      [1000, 9000]
        .map((voxels, isFalse) =>
          [0, 1, 2].reduce((share, reader) => {
            const marks = (pattern >> reader) & 1;
            const chance = isFalse === 1 ? 1 - specificities[reader] : sensitivities[reader];
            return share * (marks === 1 ? chance : 1 - chance);
          }, voxels),
        )
        .reduce((sum, each) => sum + each, 0),
    );
    const { performance } = staple(counts, 3);
    for (const [reader, { sensitivity, specificity }] of performance.entries()) {
      expect(Math.abs((sensitivity ?? 0) - sensitivities[reader])).toBeLessThan(0.05);
      expect(Math.abs((specificity ?? 0) - specificities[reader])).toBeLessThan(0.01);
    }
  });

  it('takes two readers’ disagreement for a tie, and the larger of two masks that do not meet', () => {
    const even = staple(Float64Array.of(1000, 20, 20, 200), 2);
    expect(even.probability[0b01]).toBeGreaterThan(0.45);
    expect(even.probability[0b01]).toBeLessThan(0.5);
    expect(even.probability[0b10]).toBeCloseTo(even.probability[0b01], 12);
    expect(even.probability[0b11]).toBeGreaterThan(0.999);
    const inside = staple(Float64Array.of(1000, 80, 0, 60), 2);
    expect(inside.probability[0b01]).toBeCloseTo(0.5, 5);
    const apart = staple(Float64Array.of(1000, 50, 70, 0), 2);
    expect(apart.probability[0b01]).toBeLessThan(0.001);
    // ITK: 0.8973.
    expect(apart.probability[0b10]).toBeCloseTo(0.8973, 3);
  });

  it('says nothing of readers where nobody marked anything, and finds nothing true', () => {
    const nothing = staple(Float64Array.of(100, 0, 0, 0), 2);
    expect(nothing.performance[0]).toEqual({ sensitivity: null, specificity: 1 });
    expect([...nothing.probability]).toEqual([0, 0, 0, 0]);
    expect(staple(new Float64Array(4), 2).prior).toBe(0);
  });

  it('knows nobody by their place, and only gives probabilities', () => {
    const count = fc.integer({ min: 0, max: 5000 });
    fc.assert(
      fc.property(fc.array(count, { minLength: 8, maxLength: 8 }), (list) => {
        const counts = Float64Array.from(list);
        const turned = counts.map((_, pattern) => counts[((pattern << 1) & 7) | (pattern >> 2)]);
        const [one, other] = [staple(counts, 3), staple(turned, 3)];
        for (let pattern = 0; pattern < 8; pattern++) {
          expect(one.probability[pattern]).toBeGreaterThanOrEqual(0);
          expect(one.probability[pattern]).toBeLessThanOrEqual(1);
          if (one.hasConverged && other.hasConverged)
            expect(other.probability[pattern]).toBeCloseTo(
              one.probability[((pattern << 1) & 7) | (pattern >> 2)],
              3,
            );
        }
      }),
      { numRuns: 50, seed: 20 },
    );
  });
});

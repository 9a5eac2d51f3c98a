import { describe, expect, it } from 'vitest';
import { healthyAdcOf, typicalSignalOf } from './healthy-tissue.ts';

/** So many values around a mean, evenly spread over ±10 %. */
function peak(mean: number, count: number): number[] {
  return Array.from({ length: count }, (_, n) => mean * (0.9 + (0.2 * n) / count));
}

const alike = (values: readonly number[]) => values.map(() => 1);

describe('the ADC of healthy tissue', () => {
  it('is the most frequent one of a brain without an infarct', () => {
    expect(healthyAdcOf(peak(760, 500), alike(peak(760, 500)))).toBeCloseTo(760, -1.5);
  });

  it('is not that of an infarct, even one of more than half the brain', () => {
    const values = [...peak(440, 700), ...peak(800, 500)];
    expect(healthyAdcOf(values, alike(values))).toBeGreaterThan(740);
  });

  it('follows a patient whose healthy ADC is unusually high', () => {
    const values = [...peak(793, 160), ...peak(1165, 900)];
    const found = healthyAdcOf(values, alike(values)) ?? 0;
    expect(Math.abs(found - 1165)).toBeLessThan(70);
  });

  it('is not that of tissue mixed with CSF, as thick slices have much of', () => {
    const values = [...peak(800, 400), ...peak(1490, 300)];
    expect(healthyAdcOf(values, alike(values))).toBeLessThan(900);
  });

  it('gives dim values little say', () => {
    const values = [...peak(760, 300), ...peak(1050, 300)];
    const weights = values.map((value) => (value > 900 ? 0.1 : 1));
    expect(healthyAdcOf(values, weights)).toBeLessThan(850);
  });

  it('is unknown where no value can be tissue', () => {
    expect(healthyAdcOf([0, 20, 5000], [1, 1, 1])).toBeNull();
  });
});

describe('the typical signal', () => {
  it('is the most frequent one, whatever its scale', () => {
    const values = Float32Array.from([...peak(300, 400), ...peak(900, 100)]);
    expect(typicalSignalOf(values)).toBeGreaterThan(250);
    expect(typicalSignalOf(values)).toBeLessThan(350);
    expect(typicalSignalOf(values.map((value) => value * 1e-3)) ?? 0).toBeLessThan(0.35);
  });

  it('is unknown for no signal', () => {
    expect(typicalSignalOf(new Float32Array(4))).toBeNull();
  });
});

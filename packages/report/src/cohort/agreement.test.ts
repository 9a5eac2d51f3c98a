import { describe, expect, it } from 'vitest';
import { limitsOfAgreement, quantile, type RaterPair } from './agreement.ts';
import { agreementHtml } from './agreement-part.ts';
import { blandAltman } from './bland-altman.ts';
import { niceTicks } from './ticks.ts';

const pair = (
  volumes: readonly (readonly [number, number])[],
  names: RaterPair['names'] = ['anna', 'ben'],
): RaterPair => ({
  names,
  cases: volumes.map((volumesMl, n) => ({ id: `sub-${n}`, volumesMl, dice: 0.8 + n / 100 })),
  verdicts: { same: 2, all: 3 },
});

describe('the agreement of readers', () => {
  it('has the mean difference and limits of agreement by Bland and Altman', () => {
    const limits = limitsOfAgreement(
      pair([
        [11, 10],
        [12, 10],
        [13, 10],
      ]).cases,
    );
    expect(limits?.meanMl).toBeCloseTo(2);
    expect(limits?.lowerMl).toBeCloseTo(2 - 1.96);
    expect(limits?.upperMl).toBeCloseTo(2 + 1.96);
  });

  it('says no limits of two cases, and nothing of none', () => {
    expect(
      limitsOfAgreement(
        pair([
          [2, 1],
          [3, 1],
        ]).cases,
      ),
    ).toEqual({ meanMl: 1.5, lowerMl: null, upperMl: null });
    expect(limitsOfAgreement([])).toBeNull();
    expect(quantile([], 0.5)).toBeNull();
    expect(quantile([3, 1, 2, 4], 0.5)).toBe(2.5);
  });

  it('is drawn with a point for each case, inside its frame, and a line for each limit', () => {
    const svg = blandAltman(
      pair([
        [0, 0],
        [100, 1],
        [0.2, 0.1],
        [50, 55],
      ]),
    );
    const points = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)];
    expect(points).toHaveLength(4);
    for (const [, x, y] of points) {
      expect(Number(x)).toBeGreaterThanOrEqual(64);
      expect(Number(x)).toBeLessThanOrEqual(468);
      expect(Number(y)).toBeGreaterThanOrEqual(14);
      expect(Number(y)).toBeLessThanOrEqual(256);
    }
    expect(svg.match(/class="limit"/g)).toHaveLength(3);
    expect(svg).not.toMatch(/NaN|Infinity/);
    expect(blandAltman(pair([[0, 0]]))).not.toMatch(/NaN|Infinity/);
  });

  it('counts verdicts and has a line for each pair, with names as text', () => {
    const html = agreementHtml({
      raters: [{ rater: '<i>anna', accepted: 3, corrected: 2, rejected: 1 }],
      pairs: [
        pair(
          [
            [11, 10],
            [12, 10],
            [13, 10],
          ],
          ['<i>anna', 'ben'],
        ),
        pair([]),
      ],
    });
    expect(html).toContain('&lt;i&gt;anna');
    expect(html).not.toContain('<i>');
    expect(html).toContain('2 of 3');
    expect(html).toContain('0.810 (0.805–0.815)');
    expect(html).toContain('2.00 (0.04 to 3.96)');
    expect(html.match(/<svg/g)).toHaveLength(1);
  });
});

describe('the marks of an axis', () => {
  it('are round numbers that reach around all values', () => {
    expect(niceTicks(0, 97, 5)).toMatchObject({ from: 0, to: 100, ticks: [0, 20, 40, 60, 80, 100] });
    expect(niceTicks(-0.13, 0.4, 5)).toMatchObject({ from: -0.2 });
    const small = niceTicks(-0.1, 0.1, 5);
    expect(small.ticks.map(small.text)).toEqual(['−0.10', '−0.05', '0.00', '0.05', '0.10']);
  });
});

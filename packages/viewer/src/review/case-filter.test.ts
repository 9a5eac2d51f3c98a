import type { ReviewedCase } from '@atoll/contract/review';
import { describe, expect, it } from 'vitest';
import { type Filter, filtered, firstFilter, nextToDo } from './case-filter.ts';

const one = (id: string, change: Partial<ReviewedCase> = {}): ReviewedCase => ({
  id,
  volumeMl: 1,
  lesionCount: 1,
  location: null,
  seriousWarnings: 0,
  cautions: 0,
  possiblyMissedMl: null,
  own: null,
  others: [],
  leastDice: null,
  verdictsDiffer: false,
  ...change,
});
const own = { rater: 'a', note: '', volumeMl: 1, diceWithEngine: 1, date: '', maskUrl: null };
const accepted = { own: { ...own, verdict: 'accepted' as const } };
const cases = [
  one('sub-1', { volumeMl: 30, ...accepted }),
  one('sub-2', { volumeMl: 0.2, cautions: 1 }),
  one('sub-3', { volumeMl: 5, seriousWarnings: 1 }),
  one('sub-4', { volumeMl: 8, ...accepted, leastDice: 0.4 }),
  one('sub-5', { volumeMl: 2, ...accepted, leastDice: 0.95, verdictsDiffer: true }),
  one('sub-6', { own: { ...own, verdict: null, note: 'ask' } }),
];
const ids = (change: Partial<Filter>) => filtered(cases, { ...firstFilter, ...change }).map(({ id }) => id);

describe('the list of a review', () => {
  it('leaves what is asked for', () => {
    expect(ids({})).toHaveLength(6);
    expect(ids({ show: 'to-do' })).toEqual(['sub-2', 'sub-3', 'sub-6']);
    expect(ids({ show: 'done' })).toEqual(['sub-1', 'sub-4', 'sub-5']);
    expect(ids({ show: 'warnings' })).toEqual(['sub-2', 'sub-3']);
    expect(ids({ show: 'serious' })).toEqual(['sub-3']);
    expect(ids({ show: 'disagreement' })).toEqual(['sub-4', 'sub-5']);
    expect(ids({ fromMl: 2, toMl: 8 })).toEqual(['sub-3', 'sub-4', 'sub-5']);
  });

  it('has the gravest, the largest or what is least agreed on first', () => {
    expect(ids({ order: 'gravity' }).slice(0, 2)).toEqual(['sub-3', 'sub-2']);
    expect(ids({ order: 'volume' }).slice(0, 2)).toEqual(['sub-1', 'sub-4']);
    expect(ids({ order: 'dice' }).slice(0, 2)).toEqual(['sub-5', 'sub-4']);
  });

  it('goes to the next that nobody has judged, round the end, and nowhere once all are', () => {
    expect(nextToDo(cases, 'sub-3')).toBe('sub-6');
    expect(nextToDo(cases, 'sub-6')).toBe('sub-2');
    expect(nextToDo(cases, null)).toBe('sub-2');
    expect(nextToDo([one('sub-1', accepted)], 'sub-1')).toBeNull();
  });
});

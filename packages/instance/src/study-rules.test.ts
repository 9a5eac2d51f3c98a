import { describe, expect, it } from 'vitest';
import { parseStudyRules, ruleFor } from './study-rules.ts';

const rules = (text: string) => {
  const read = parseStudyRules(text);
  if (typeof read === 'string') throw new Error(read);
  return read;
};
const look = {
  description: 'MRT Kopf Stroke',
  series: [
    { modality: 'MR', description: 'localizer' },
    { modality: 'MR', description: 'ep2d_DIFF_tra b1000' },
    { modality: 'SR', description: 'dose' },
  ],
};

describe('rules for received studies', () => {
  it('take a study by its description and by one of its series, and the first one counts', () => {
    const given = rules(
      'study=*herz*; series=*diff*b1000,modality=mr,engine=deepisles,preset=fast; modality=MR',
    );
    expect(ruleFor(given, look)).toMatchObject({ engine: 'deepisles', preset: 'fast' });
    expect(ruleFor(given, { ...look, series: look.series.slice(0, 1) })).toMatchObject({ engine: null });
    expect(ruleFor(given, { ...look, series: look.series.slice(2) })).toBeNull();
    // Modality and description are of the same series.
    expect(ruleFor(rules('modality=SR,series=*diff*'), look)).toBeNull();
    expect(ruleFor(rules('none'), look)).toBeNull();
  });

  it.each([
    ['stroke', false],
    ['*stroke', true],
    ['mrt*', true],
    ['mrt?kopf?stroke', true],
    ['mrt?kopf?strokes', false],
    ['*k*k*', true],
    ['*k*k*k*', false],
    ['*', true],
    ['.*', false],
  ])('know * and ? and nothing else: %s', (pattern, takes) => {
    expect(ruleFor(rules(`study=${pattern}`), look) !== null).toBe(takes);
  });

  it('are matched in bounded time, whatever somebody writes', () => {
    const given = rules(`study=${'*a'.repeat(99)}b`);
    expect(ruleFor(given, { ...look, description: 'a'.repeat(1_000_000) })).toBeNull();
  });

  it.each(['modality', 'modality=', 'size=3', 'modality=MR,modality=CT', 'engine=../x', 'series=a;b'])(
    'say what is wrong with %s',
    (text) => expect(parseStudyRules(text)).toBeTypeOf('string'),
  );
});

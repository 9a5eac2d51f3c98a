import type { BidsCase } from '@atoll/cases/bids/scan';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../exit.ts';
import { chooseCases } from './chosen-cases.ts';

const bidsCase = (subject: string, session: string | null): BidsCase => ({
  id: `sub-${subject}${session === null ? '' : `_ses-${session}`}`,
  subject,
  session,
  ...{ dwi: 'dwi', adc: 'adc', flair: null, reference: null, bval: null, bvec: null, word: null },
});
const cases = [
  bidsCase('01', 'a'),
  bidsCase('01', 'b'),
  bidsCase('02', 'a'),
  bidsCase('strokecase0001', null),
  bidsCase('strokecase0010', null),
];
const ids = (labels: Parameters<typeof chooseCases>[1]) => chooseCases(cases, labels).map(({ id }) => id);

describe('subjects and sessions chosen by their labels', () => {
  it('are all without labels', () => {
    expect(ids({})).toEqual(cases.map(({ id }) => id));
  });

  it.each([[['01', '02']], [['sub-02', 'sub-01']], [['02', '01', '01']]])(
    'are those named, with and without sub-, once and in the order of the data set: %j',
    (participants) => {
      expect(ids({ participants })).toEqual(['sub-01_ses-a', 'sub-01_ses-b', 'sub-02_ses-a']);
    },
  );

  it('can be of some sessions alone', () => {
    expect(ids({ sessions: ['ses-a'] })).toEqual(['sub-01_ses-a', 'sub-02_ses-a']);
    expect(ids({ participants: ['01'], sessions: ['b'] })).toEqual(['sub-01_ses-b']);
  });

  it.each([
    ['1', 'sub-01'],
    ['sub-001', 'sub-01'],
    ['strokecase001', 'sub-strokecase0001, sub-strokecase0010'],
    ['StrokeCase0010', 'sub-strokecase0010'],
  ])('are an error where there are none, which names what may have been meant: %s', (label, near) => {
    expect(() => ids({ participants: ['01', label] })).toThrow(UsageError);
    expect(() => ids({ participants: ['01', label] })).toThrow(`(similar: ${near}`);
  });

  it('are an error without guesses where nothing is like it', () => {
    expect(() => ids({ participants: ['control99'] })).toThrow(/for sub-control99$/);
    // A session of another subject is none of this one’s.
    expect(() => ids({ participants: ['02'], sessions: ['b'] })).toThrow('--session-label');
  });
});

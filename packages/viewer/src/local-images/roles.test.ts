import type { Candidate } from '@atoll/intake/candidate';
import type { Parts } from '@atoll/intake/proposal';
import { describe, expect, it } from 'vitest';
import { rolesFor, rolesOf, saidBy, withRole } from './roles.ts';

const candidates: Candidate[] = ['series', 'adc'].map((id) => ({
  id,
  name: id,
  source: 'nifti',
  paths: [`${id}.nii`],
  seriesDescription: null,
  suffix: null,
  volumes: id === 'series' ? 3 : 1,
  bValues: null,
  grid: {
    shape: [2, 2, 2],
    affine: [
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
    ],
  },
  sideKnown: true,
  directions: null,
  directionality: [],
  otherPlace: null,
  ownWork: false,
  cautions: [],
  sideCar: null,
  samples: [],
  dicom: null,
  open: () => Promise.reject(new Error('Nothing is opened here.')),
}));
const [series, adc] = candidates;

const pick = (candidateId: string, volumes = [0]) => ({ candidateId, volumes });
const none: Parts = { dwi: null, b0: null, adc: null, flair: null, reference: null };
const computed: Parts = { ...none, dwi: pick('series', [1, 2]), b0: pick('series'), adc: 'computed' };

describe('the rows of own images', () => {
  it('show a proposal as it is, an image in two parts included', () => {
    const proposed = rolesOf(candidates, { ...computed, reference: pick('adc') });
    expect([...proposed]).toEqual([
      ['series', 'dwi+b0'],
      ['adc', 'reference'],
    ]);
    const oneFile = { ...none, dwi: pick('series', [1]), adc: pick('series', [2]), b0: pick('series') };
    expect(rolesOf(candidates, oneFile).get('series')).toBe('dwi+adc');
  });

  it('say nothing while they are as proposed, whatever is proposed', () => {
    const proposed = rolesOf(candidates, computed);
    expect(saidBy(proposed, proposed, null)).toEqual({ parts: new Map(), bValue: undefined });
  });

  it('give each part to one image: whoever had it loses it, and keeps its other part', () => {
    const roles = new Map([
      ['series', 'dwi+b0' as const],
      ['adc', 'unused' as const],
    ]);
    expect([...withRole(roles, 'adc', 'b0')]).toEqual([
      ['series', 'dwi'],
      ['adc', 'b0'],
    ]);
    expect(withRole(roles, 'adc', 'dwi').get('series')).toBe('b0');
    expect(withRole(roles, 'adc', 'flair').get('series')).toBe('dwi+b0');
  });

  it('say DWI, b0 and ADC together once one of them is changed, and the others for themselves', () => {
    const proposed = rolesOf(candidates, { ...computed, reference: pick('adc') });
    const all = { candidateId: 'series', volumes: null };
    const changed = saidBy(withRole(proposed, 'adc', 'adc'), proposed, 800);
    expect(changed).toEqual({
      bValue: 800,
      parts: new Map<string, unknown>([
        ['dwi', all],
        ['b0', all],
        ['adc', { candidateId: 'adc', volumes: null }],
        ['reference', 'none'],
      ]),
    });
    const without = saidBy(withRole(proposed, 'adc', 'unused'), proposed, null);
    expect([...(without.parts ?? [])]).toEqual([['reference', 'none']]);
  });

  it('offer parts of a series only to what is one, and what it was found to be', () => {
    expect(rolesFor(series, 'dwi')).toContain('dwi+b0');
    expect(rolesFor(series, 'dwi')).not.toContain('dwi+adc');
    expect(rolesFor(series, 'dwi+adc')).toContain('dwi+adc');
    expect(rolesFor(adc, 'adc')).not.toContain('dwi+b0');
  });
});

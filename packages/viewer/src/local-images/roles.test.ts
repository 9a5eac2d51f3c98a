import type { Candidate } from '@atoll/intake/candidate';
import type { Proposal } from '@atoll/intake/proposal';
import { describe, expect, it } from 'vitest';
import { choiceOf, rolesFor, rolesOf, withRole } from './roles.ts';

function image(id: string, volumes = 1, bValues: readonly number[] | null = null): Candidate {
  return {
    id,
    name: id,
    source: 'nifti',
    paths: [`${id}.nii`],
    seriesDescription: null,
    suffix: null,
    volumes,
    bValues,
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
  };
}

const pick = (candidateId: string, volumes = [0]) => ({ candidateId, volumes });
const nothing: Proposal = { choice: null, findings: [], unused: [], problems: [], needs: [], subjects: [] };

describe('the rows of own images', () => {
  const series = image('series', 3, [0, 1000, 1000]);
  const adc = image('adc');

  it('show a proposal as it is, one series in two parts included', () => {
    const choice = {
      dwi: pick('series', [1, 2]),
      adc: { computedFrom: { b0: pick('series', [0]), bValue: 1000 } },
      flair: null,
      reference: pick('adc'),
    };
    const roles = rolesOf([series, adc], { ...nothing, choice });
    expect([...roles]).toEqual([
      ['series', 'dwi+b0'],
      ['adc', 'reference'],
    ]);
    expect(choiceOf([series, adc], [], roles, null).choice).toEqual(choice);
  });

  it('show the best of each part where nothing can be run yet', () => {
    const finding = { role: 'adc', pick: pick('adc'), reason: 'It looks so.', confidence: 'low' } as const;
    expect(rolesOf([series, adc], { ...nothing, findings: [finding] }).get('adc')).toBe('adc');
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

  it('take the volumes that b-values speak for when the reader names a part', () => {
    const roles = new Map([
      ['series', 'dwi' as const],
      ['adc', 'adc' as const],
    ]);
    expect(choiceOf([series, adc], [], roles, null).choice).toMatchObject({
      dwi: pick('series', [1, 2]),
      adc: pick('adc'),
    });
  });

  it('ask for a b-value where the ADC has to be computed and no file says it', () => {
    const images = [image('b0'), image('trace')];
    const roles = new Map([
      ['b0', 'b0' as const],
      ['trace', 'dwi' as const],
    ]);
    expect(choiceOf(images, [], roles, null)).toMatchObject({
      choice: null,
      asksBValue: true,
      missing: ['Enter the b-value of the DWI.'],
    });
    expect(choiceOf(images, [], roles, 800).choice?.adc).toEqual({
      computedFrom: { b0: pick('b0'), bValue: 800 },
    });
  });

  it('say what is missing', () => {
    const roles = new Map([['adc', 'unused' as const]]);
    expect(choiceOf([adc], [], roles, null).missing).toEqual([
      'Select the DWI.',
      'Select the ADC map, or the b0 image to compute it from.',
    ]);
  });

  it('offer parts of a series only to what is one', () => {
    expect(rolesFor(series)).toContain('dwi+b0');
    expect(rolesFor(adc)).not.toContain('dwi+b0');
  });
});

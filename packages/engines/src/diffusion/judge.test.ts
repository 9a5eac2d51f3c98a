import { describe, expect, it } from 'vitest';
import { likelihoodOf } from './judge.ts';
import { presets } from './parameters.ts';
import type { Piece } from './pieces.ts';
import { lesionsAmong, lesionsAmongCores } from './rules.ts';

const infarct: Piece = {
  label: 1,
  voxels: 1000,
  volumeMl: 8,
  z50: 5,
  asymmetry50: 3.5,
  asymmetry90: 6,
  score90: 9,
  wide90: 5,
  adc10: 400,
  adc50: 500,
  excess50: 0.3,
  depth90: 20,
  pileUp: 0,
  adcContrast: 300,
  zContrast: 4,
};
/** As a surface coil makes it: bright, with the ADC of the tissue around. */
const coil: Piece = {
  ...infarct,
  z50: 3,
  asymmetry50: 1.2,
  asymmetry90: 2.2,
  score90: 3.3,
  wide90: 2,
  adc10: 620,
  adc50: 715,
  adcContrast: 45,
  zContrast: 1.5,
};

describe('the judge of pieces', () => {
  it('takes a piece that is bright, low in ADC and unlike its surroundings for an infarct', () => {
    expect(likelihoodOf(infarct)).toBeGreaterThan(0.95);
  });

  it('does not take a coil’s bright spot for one', () => {
    expect(likelihoodOf(coil)).toBeLessThan(0.2);
  });

  it('never takes what is bright without restricted diffusion for one, however bright', () => {
    const shineThrough = { ...infarct, z50: 10, asymmetry90: 10, adc10: 800, adc50: 900, adcContrast: -50 };
    for (const preset of Object.values(presets)) expect(lesionsAmong([shineThrough], preset)).toEqual([]);
  });

  it('asks for more certainty the more specific the preset is', () => {
    expect(presets.sensitive.leastLikelihood).toBeLessThan(presets.balanced.leastLikelihood);
    expect(presets.balanced.leastLikelihood).toBeLessThan(presets.specific.leastLikelihood);
  });

  it('takes a faint infarct of a territory for one, hardly brighter than around, by its ADC', () => {
    // As 250 mL look whose signal is 1.3 times the tissue's: most of what is around is infarct, too.
    const faint = { ...infarct, volumeMl: 95, z50: 1.9, asymmetry50: 1.1, asymmetry90: 2.1, score90: 4.6 };
    const territory = {
      ...faint,
      wide90: 3.9,
      adc10: 540,
      adc50: 583,
      adcContrast: 133,
      zContrast: 0.2,
      excess50: 0,
    };
    expect(lesionsAmong([territory], presets.balanced)).toEqual([territory]);
    const normal = { ...territory, adc10: 690, adc50: 730, adcContrast: 70 };
    expect(lesionsAmong([normal], presets.balanced)).toEqual([]);
  });

  it('asks for less certainty of what is large', () => {
    const doubtful = { ...infarct, z50: 2, zContrast: 1.5, asymmetry50: 1, adcContrast: 60 };
    const likelihood = likelihoodOf(doubtful);
    const parameters = {
      ...presets.balanced,
      leastLikelihood: (likelihood + 1) / 2,
      leastLikelihoodOfLarge: likelihood / 2,
      certainLikelihood: 1,
      largeMl: doubtful.volumeMl,
      veryLargeMl: doubtful.volumeMl + 1,
    };
    expect(lesionsAmong([doubtful], parameters)).toEqual([doubtful]);
    expect(lesionsAmong([doubtful], { ...parameters, largeMl: doubtful.volumeMl + 1 })).toEqual([]);
  });

  it('asks for the less certainty the larger a piece is', () => {
    const { leastLikelihood, leastLikelihoodOfLarge, leastLikelihoodOfVeryLarge, leastLikelihoodOfHuge } =
      presets.balanced;
    expect(leastLikelihoodOfHuge).toBeLessThan(leastLikelihoodOfVeryLarge);
    expect(leastLikelihoodOfVeryLarge).toBeLessThan(leastLikelihoodOfLarge);
    expect(leastLikelihoodOfLarge).toBeLessThan(leastLikelihood);
  });

  it('does not hold lying beside pile-up against what has a low ADC', () => {
    const beside = { ...infarct, pileUp: 1 };
    expect(likelihoodOf(beside)).toBeCloseTo(likelihoodOf(infarct), 3);
  });

  it('is less strict on one more small piece where there is an infarct for certain, and more so if its ADC is low', () => {
    const doubtful = { ...infarct, label: 2, volumeMl: 0.05, z50: 2, zContrast: 1.5, asymmetry50: 1 };
    const likelihood = likelihoodOf(doubtful);
    const parameters = {
      ...presets.balanced,
      leastLikelihood: (likelihood + 1) / 2,
      leastLikelihoodInCompany: (likelihood + 1) / 2,
      leastLikelihoodOfRestrictedInCompany: likelihood / 2,
    };
    const certain = { ...infarct, adc50: 300 };
    expect(lesionsAmong([doubtful], parameters)).toEqual([]);
    expect(lesionsAmong([doubtful, certain], parameters)).toEqual([doubtful, certain]);
    const higher = { ...parameters, restrictedAdc: doubtful.adc50 - 1 };
    expect(lesionsAmong([doubtful, certain], higher)).toEqual([certain]);
    expect(
      lesionsAmong([doubtful, certain], { ...higher, leastLikelihoodInCompany: likelihood / 2 }),
    ).toEqual([doubtful, certain]);
    expect(
      lesionsAmong([doubtful, certain], {
        ...parameters,
        largeMl: doubtful.volumeMl,
        leastLikelihoodOfLarge: (likelihood + 1) / 2,
      }),
    ).toEqual([certain]);
  });
});

describe('the second look at the core of a refused piece', () => {
  const refused: Piece = { ...coil, volumeMl: 2 };
  const core: Piece = { ...infarct, volumeMl: 0.3 };
  const found = (one: Partial<Piece>) =>
    lesionsAmongCores([{ core: { ...core, ...one }, refused }], presets.balanced, false).length;

  it('finds an infarct that had run into faint tissue', () => {
    expect(found({})).toBe(1);
  });

  it('does not ask again about what is nearly the whole piece, nor about a single voxel', () => {
    expect(found({ volumeMl: 1.2 })).toBe(0);
    expect(found({ voxels: 1 })).toBe(0);
  });

  it('takes what lies beside piled-up signal only if its ADC is low', () => {
    expect(found({ pileUp: 1, adc50: 580 })).toBe(1);
    expect(found({ pileUp: 1, adc50: 660 })).toBe(0);
    expect(found({ pileUp: 0, adc50: 660 })).toBe(1);
  });

  it('asks for more certainty than of a whole piece', () => {
    expect(presets.balanced.leastLikelihoodOfCore).toBeGreaterThan(presets.balanced.leastLikelihood);
  });
});

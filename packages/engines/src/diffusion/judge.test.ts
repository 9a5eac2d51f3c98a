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
  adcOfBrighter: 450,
  excess50: 0.3,
  depth90: 20,
  pileUp: 0,
  adcContrast: 300,
  zContrast: 4,
  zAround75: 1,
  adcAround25: 760,
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
  adcOfBrighter: 710,
  adcContrast: 45,
  zContrast: 1.5,
  zAround75: 2,
  adcAround25: 730,
};

describe('the judge of pieces', () => {
  it('takes a piece that is bright, low in ADC and unlike its surroundings for an infarct', () => {
    expect(likelihoodOf(infarct)).toBeGreaterThan(0.95);
  });

  it('does not take a coil’s bright spot for one', () => {
    expect(likelihoodOf(coil)).toBeLessThan(0.2);
  });

  it('never takes what is bright without restricted diffusion for one, however bright', () => {
    const shineThrough = {
      ...infarct,
      z50: 10,
      asymmetry90: 10,
      adc10: 800,
      adc50: 900,
      adcOfBrighter: 890,
      adcContrast: -50,
    };
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
      adcOfBrighter: 570,
      zAround75: 2.3,
      adcAround25: 660,
    };
    expect(lesionsAmong([territory], presets.balanced)).toEqual([territory]);
    const normal = {
      ...territory,
      adc10: 690,
      adc50: 730,
      adcOfBrighter: 725,
      adcContrast: 70,
      adcAround25: 740,
    };
    expect(lesionsAmong([normal], presets.balanced)).toEqual([]);
  });

  it('asks for no other certainty because of one voxel more', () => {
    const { balanced } = presets;
    const certain = { ...infarct, label: 2, adc50: 300 };
    /** The faintest ADC with which a piece of this size is still taken. */
    const highestAdc = (volumeMl: number, beside: readonly Piece[]) => {
      const isTaken = (adc50: number) => {
        const piece = { ...infarct, volumeMl, z50: 2, zContrast: 1.5, adc50, adcOfBrighter: adc50 };
        return lesionsAmong([piece, ...beside], balanced).includes(piece);
      };
      let adc = 300;
      while (adc < 900 && isTaken(adc)) adc++;
      return adc;
    };
    for (const beside of [[], [certain]])
      for (let volumeMl = 0.09; volumeMl < 1.2; volumeMl += 0.008)
        expect(
          Math.abs(highestAdc(volumeMl + 0.008, beside) - highestAdc(volumeMl, beside)),
          `${volumeMl} mL`,
        ).toBeLessThan(12);
  });

  it('looks for restricted diffusion in the brighter half of a piece as well, for CSF has a part in its edge', () => {
    const { restrictedAdc, restrictedContrast } = presets.balanced;
    const speck = { ...infarct, adc50: restrictedAdc + 40, adcContrast: restrictedContrast - 10 };
    expect(lesionsAmong([{ ...speck, adcOfBrighter: restrictedAdc + 40 }], presets.balanced)).toEqual([]);
    const core = { ...speck, adcOfBrighter: restrictedAdc - 40 };
    expect(lesionsAmong([core], presets.balanced)).toEqual([core]);
  });

  it('asks for the least certainty of what is very large, but not where there is another infarct for certain', () => {
    const doubtful = { ...infarct, label: 2, z50: 2, zContrast: 1.5, asymmetry50: 1, adcContrast: 60 };
    const likelihood = likelihoodOf(doubtful);
    const parameters = {
      ...presets.balanced,
      leastLikelihood: (likelihood + 1) / 2,
      leastLikelihoodOfLargeInCompany: (likelihood + 1) / 2,
      leastLikelihoodOfVeryLarge: likelihood / 2,
      certainLikelihood: (likelihood + 1) / 2,
    };
    const certain = { ...infarct, adc50: 300 };
    expect(lesionsAmong([doubtful], parameters)).toEqual([doubtful]);
    expect(lesionsAmong([doubtful], { ...parameters, veryLargeMl: 9 })).toEqual([]);
    expect(lesionsAmong([doubtful, certain], parameters)).toEqual([certain]);
    // A bright splinter of a large faint infarct is no other infarct.
    const splinter = { ...certain, volumeMl: 0.2 };
    expect(lesionsAmong([doubtful, splinter], parameters)).toEqual([doubtful, splinter]);
  });

  it('does not hold lying beside pile-up against what has a low ADC', () => {
    const beside = { ...infarct, pileUp: 1 };
    expect(likelihoodOf(beside)).toBeCloseTo(likelihoodOf(infarct), 3);
  });

  it('is less strict on one more small piece where there is an infarct for certain', () => {
    const doubtful = { ...infarct, label: 2, volumeMl: 0.05, z50: 2, zContrast: 1.5, asymmetry50: 1 };
    const likelihood = likelihoodOf(doubtful);
    const parameters = {
      ...presets.balanced,
      leastLikelihood: (likelihood + 1) / 2,
      leastLikelihoodInCompany: likelihood / 2,
    };
    const certain = { ...infarct, adc50: 300 };
    expect(lesionsAmong([doubtful], parameters)).toEqual([]);
    expect(lesionsAmong([doubtful, certain], parameters)).toEqual([doubtful, certain]);
    const large = {
      ...parameters,
      smallMl: doubtful.volumeMl / 2,
      largeMl: doubtful.volumeMl,
      leastLikelihoodOfLargeInCompany: (likelihood + 1) / 2,
    };
    expect(lesionsAmong([doubtful, certain], large)).toEqual([certain]);
  });
});

describe('the second look at the core of a refused piece', () => {
  const refused: Piece = { ...coil, volumeMl: 2 };
  const core: Piece = { ...infarct, volumeMl: 0.3 };
  const found = (one: Partial<Piece>) =>
    lesionsAmongCores([{ core: { ...core, ...one }, whole: refused }], presets.balanced, false).length;

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

  it('asks for less certainty where there is an infarct for certain', () => {
    const doubtful = { ...core, z50: 2, zContrast: 1.5, asymmetry50: 1 };
    const likelihood = likelihoodOf(doubtful);
    const parameters = {
      ...presets.balanced,
      leastLikelihoodOfCore: (likelihood + 1) / 2,
      leastLikelihoodOfCoreInCompany: likelihood / 2,
    };
    const among = (hasInfarct: boolean) =>
      lesionsAmongCores([{ core: doubtful, whole: refused }], parameters, hasInfarct).length;
    expect(among(true)).toBe(1);
    expect(among(false)).toBe(0);
  });

  it('takes no bright core for one whose own ADC is not low, however likely it looks', () => {
    const likely = { z50: 9, asymmetry50: 8, asymmetry90: 10, adc50: 770, adcOfBrighter: 765 };
    expect(found({ ...likely, adc50: 700 })).toBe(1);
    expect(found(likely)).toBe(0);
  });

  it('asks for more certainty than of a whole piece', () => {
    const { balanced } = presets;
    expect(balanced.leastLikelihoodOfCore).toBeGreaterThan(balanced.leastLikelihood);
    expect(balanced.leastLikelihoodOfCoreInCompany).toBeGreaterThan(balanced.leastLikelihoodInCompany);
  });

  it('is nowhere less strict by the preset specific than by balanced, nor by that than by sensitive', () => {
    const { sensitive, balanced, specific } = presets;
    const least = Object.keys(balanced).filter((name) => name.startsWith('leastLikelihood'));
    expect(least).not.toEqual([]);
    for (const [one, other] of [
      [sensitive, balanced],
      [balanced, specific],
    ]) {
      const more = new Map(Object.entries(other));
      for (const [name, value] of Object.entries(one))
        if (least.includes(name)) expect(value, name).toBeLessThanOrEqual(Number(more.get(name)));
    }
  });
});

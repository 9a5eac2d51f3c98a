import type { FeatureName } from './judge.ts';

/**
 * Written by `npm run fit:judge`: logistic regression over 21394 pieces of 1307 runs on
 * 13 families of heads (volunteers, phantoms and patients outside their lesions) with pasted infarcts.
 */
export const judgeWeights: {
  readonly bias: number;
  readonly weights: Readonly<Record<FeatureName, number>>;
} = {
  bias: -16.892,
  weights: {
    lnMl: -0.5462,
    lnMlSmall: 0.5359,
    z50: -1.2099,
    asymmetry50: 0.7929,
    asymmetry90: 0.2682,
    score90: 0.8107,
    wide90: 0.6044,
    adc10: -0.3983,
    adc50: 0.7759,
    adcContrast: 0.5703,
    zContrast: 0.6354,
    excess50: 4.3065,
    depth90: 0.9765,
    pileUp: -5.3549,
    lowContrast: 2.1531,
    normalAdc: -1.7943,
    contrastOfLarge: 1.0261,
    zContrastSmall: 1.8865,
    adc10High: 1.0993,
    shallow: 2.0903,
  },
};

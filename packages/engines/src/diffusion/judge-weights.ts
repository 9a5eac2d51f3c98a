/**
 * Written by `npm run fit:judge`: logistic regression over 21745 pieces of 1317 runs on
 * 13 families of heads (volunteers, phantoms and patients outside their lesions) with pasted infarcts.
 */
export const judgeWeights = {
  bias: -22.9571,
  weights: {
    lnMl: 0.0847,
    lnMlSmall: -0.3119,
    z50: -0.9575,
    asymmetry50: 0.7117,
    asymmetry90: -0.2286,
    score90: 1.1326,
    wide90: 0.9503,
    adc10: 0.0099,
    adc50: 1.5285,
    adcContrast: 1.292,
    zContrast: 0.8779,
    excess50: 1.068,
    depth90: 0.6649,
    lowContrast: 1.9528,
    normalAdc: -0.6696,
    contrastOfLarge: -0.1881,
    zContrastSmall: 0.8673,
    adc10High: 0.9344,
    shallow: 1.3422,
    pileUpNormal: -8.6752,
  },
};

/**
 * Written by `npm run fit:judge`: logistic regression over 19510 pieces of 1324 runs on
 * 13 families of heads (volunteers, phantoms and patients outside their lesions) with pasted infarcts.
 */
export const judgeWeights = {
  bias: -27.2457,
  weights: {
    lnMl: 0.6804,
    lnMlSmall: -0.609,
    z50: -1.0502,
    asymmetry50: 0.7889,
    asymmetry90: -0.6112,
    score90: 1.7068,
    wide90: 0.8755,
    adc10: 0.8232,
    adc50: 1.1227,
    adcContrast: 1.5706,
    zContrast: 0.9128,
    excess50: 1.991,
    depth90: 0.9175,
    lowContrast: 1.8886,
    normalAdc: -0.1899,
    contrastOfLarge: -1.5385,
    zContrastSmall: 0.8702,
    adc10High: 0.8687,
    shallow: 2.2335,
    pileUpNormal: -9.3796,
    adcOfVeryLarge: -1.3619,
    contrastOfVeryLarge: 7.2229,
    zOfVeryLarge: -0.3345,
  },
};

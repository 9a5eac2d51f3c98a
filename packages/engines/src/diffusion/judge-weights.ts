/**
 * Written by `npm run fit:judge`: logistic regression over 23623 pieces of 1324 runs on
 * 13 families of heads (volunteers, phantoms and patients outside their lesions) with pasted infarcts.
 */
export const judgeWeights = {
  bias: -22.4863,
  weights: {
    lnMl: 0.5034,
    lnMlSmall: -0.5218,
    z50: 1.1052,
    asymmetry50: 0.2744,
    asymmetry90: 0.0182,
    score90: 1.1724,
    wide90: 0.9613,
    adc10: 0.3792,
    adc50: -0.7291,
    adcContrast: -0.9231,
    zContrast: -1.2104,
    excess50: 3.793,
    depth90: 0.5952,
    adcOfBrighter: -1.0858,
    zAround75: -2.243,
    adcAround25: 3.1343,
    lowContrast: 1.0287,
    normalAdc: -0.3143,
    contrastOfLarge: -1.4073,
    zContrastSmall: 1.083,
    adc10High: 0.3216,
    shallow: 2.0597,
    pileUpNormal: -7.8038,
    adcOfVeryLarge: -1.3069,
    contrastOfVeryLarge: 7.6491,
    zOfVeryLarge: -0.0986,
  },
};

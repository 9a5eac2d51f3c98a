/**
 * Written by `npm run fit:judge`: logistic regression over 20983 pieces of 1324 runs on
 * 13 families of heads (volunteers, phantoms and patients outside their lesions) with pasted infarcts.
 */
export const judgeWeights = {
  bias: -24.2093,
  weights: {
    lnMl: 1.0088,
    lnMlSmall: -0.8337,
    z50: 0.9496,
    asymmetry50: 0.2695,
    asymmetry90: -0.183,
    score90: 1.2949,
    wide90: 1.0744,
    adc10: 0.4803,
    adc50: 0.2906,
    adcContrast: -0.0839,
    zContrast: -0.7035,
    excess50: 1.7968,
    depth90: 0.5761,
    adcOfBrighter: -0.9296,
    zAround75: -2.2249,
    adcAround25: 2.1355,
    lowContrast: 1.5077,
    normalAdc: -0.1933,
    contrastOfLarge: -1.7285,
    zContrastSmall: 0.7412,
    adc10High: 0.4581,
    shallow: 2.3013,
    pileUpNormal: -9.1117,
    adcOfVeryLarge: -1.611,
    contrastOfVeryLarge: 7.5286,
    zOfVeryLarge: 0.2281,
  },
};

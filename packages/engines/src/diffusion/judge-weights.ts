/**
 * Written by `npm run fit:judge`: logistic regression over 21745 pieces of 1317 runs on
 * 13 families of heads (volunteers, phantoms and patients outside their lesions) with pasted infarcts.
 */
export const judgeWeights = {
  bias: -21.2845,
  weights: {
    lnMl: 0.3398,
    lnMlSmall: -0.2821,
    z50: -0.64,
    asymmetry50: 0.5565,
    asymmetry90: -0.2326,
    score90: 1.0763,
    wide90: 0.877,
    adc10: 0.1726,
    adc50: 1.3203,
    adcContrast: 1.1661,
    zContrast: 0.6596,
    excess50: 0.5305,
    depth90: 0.565,
    lowContrast: 1.4626,
    normalAdc: -1.3608,
    contrastOfLarge: -1.5119,
    zContrastSmall: 0.9819,
    adc10High: 1.0605,
    shallow: 1.2879,
    pileUpNormal: -7.4763,
    adcOfVeryLarge: -1.439,
    contrastOfVeryLarge: 8.5498,
    zOfVeryLarge: -0.2933,
  },
};

/**
 * Everything that shapes a mask. ADC in 10⁻⁶ mm²/s, lengths in mm; z counts robust standard deviations of
 * ln DWI in healthy tissue; a score is z above the mirrored side plus the ADC deficit in steps of 100.
 */
export type Parameters = {
  /** σ of the smoothing of an image that was interpolated before, and of one that is rough. */
  readonly leastSmoothingMm: number;
  readonly mostSmoothingMm: number;
  readonly backgroundReachMm: number;
  /** Tissue around which the mean ADC is lower, or the wide score higher, is kept out of the background. */
  readonly suspectAdc: number;
  readonly suspectScore: number;
  readonly suspectMarginMm: number;
  /** σ of ln DWI is not taken for smaller: anatomy differs by this much in the cleanest image. */
  readonly sigmaFloor: number;
  readonly mirrorReachMm: number;
  /** How much of the mirrored side's brightness is held against a voxel. */
  readonly mirrorShare: number;
  /** Healthy tissue is at most this bright: what is brighter on the mirrored side is a lesion there too. */
  readonly mirrorCeiling: number;
  readonly seedScore: number;
  readonly seedAsymmetry: number;
  readonly seedAdc: number;
  /** Seeds of symmetric lesions need no asymmetry, but more of the rest. */
  readonly symmetricSeedZ: number;
  readonly symmetricSeedAdc: number;
  /** Seeds of wide faint lesions: the score averaged over `wideMm`. */
  readonly wideMm: number;
  readonly wideSeedScore: number;
  readonly growthZ: number;
  readonly growthAdc: number;
  /** Part of the lesion's own brightness that its rim must keep; less where the neighbourhood vouches for a voxel. */
  readonly rimShare: number;
  readonly wideRimShare: number;
  readonly rimZ: number;
  readonly outerZ: number;
  readonly wideGrowth: number;
  readonly wideGrowthAdc: number;
  /** Partial volume of CSF raises the ADC of a lesion's rim up to this. */
  readonly rimAdc: number;
  readonly closingMm: number;
  readonly smallestLesionMl: number;
  /** Diffusion is restricted where the ADC is no higher than this, or lower than around by this much. */
  readonly restrictedAdc: number;
  readonly restrictedContrast: number;
  /** The judge's likelihood from which on a piece is taken for a lesion. */
  readonly leastLikelihood: number;
  /**
   * The same from this size on, where nothing else is an infarct for certain: nothing worse can be missed. Where something
   * is, a second infarct of that size would be as certain, and most that is in doubt is none.
   */
  readonly leastLikelihoodOfVeryLarge: number;
  readonly veryLargeMl: number;
  /** The same for the core of a piece that was refused: where there was one doubt there is another. */
  readonly leastLikelihoodOfCore: number;
  /**
   * The same in a patient who certainly has an infarct, for a piece up to the first size and from the second on; in between
   * it rises with the logarithm of the size. Emboli come in numbers, so that it is likelier there to be one more than in a
   * head without any.
   */
  readonly leastLikelihoodInCompany: number;
  readonly smallMl: number;
  readonly leastLikelihoodOfLargeInCompany: number;
  readonly largeMl: number;
  /** The same for a core. */
  readonly leastLikelihoodOfCoreInCompany: number;
  /** From this size on most of a lesion is no shell of its core. */
  readonly hugeMl: number;
  /** From this size to `veryLargeMl`, and below this likelihood, a lesion gives way to its bright core. */
  readonly doubtfulMl: number;
  readonly doubtfulLikelihood: number;
  /** What is an infarct for certain: of this likelihood and size. */
  readonly certainLikelihood: number;
  readonly certainMl: number;
};

const balanced: Parameters = {
  leastSmoothingMm: 0.6,
  mostSmoothingMm: 1,
  backgroundReachMm: 16,
  suspectAdc: 700,
  suspectScore: 1.4,
  suspectMarginMm: 8,
  sigmaFloor: 0.1,
  mirrorReachMm: 4,
  mirrorShare: 0.8,
  mirrorCeiling: 5,
  seedScore: 2.8,
  seedAsymmetry: 1.2,
  seedAdc: 800,
  symmetricSeedZ: 4,
  symmetricSeedAdc: 620,
  wideMm: 4,
  wideSeedScore: 1.8,
  growthZ: 1.8,
  growthAdc: 950,
  rimShare: 0.6,
  wideRimShare: 0.45,
  rimZ: 1.8,
  outerZ: 2,
  wideGrowth: 1.5,
  wideGrowthAdc: 750,
  rimAdc: 1600,
  closingMm: 2,
  smallestLesionMl: 0.02,
  restrictedAdc: 800,
  restrictedContrast: 25,
  leastLikelihood: 0.9,
  leastLikelihoodOfVeryLarge: 0.25,
  veryLargeMl: 3,
  leastLikelihoodOfCore: 0.95,
  leastLikelihoodInCompany: 0.3,
  smallMl: 0.1,
  leastLikelihoodOfLargeInCompany: 0.75,
  largeMl: 1,
  leastLikelihoodOfCoreInCompany: 0.8,
  hugeMl: 30,
  doubtfulMl: 0.1,
  doubtfulLikelihood: 0.8,
  certainLikelihood: 0.9,
  certainMl: 0.1,
};

export const presets = {
  balanced,
  sensitive: {
    ...balanced,
    leastLikelihood: 0.6,
    leastLikelihoodOfVeryLarge: 0.2,
    leastLikelihoodOfCore: 0.7,
    leastLikelihoodInCompany: 0.25,
    leastLikelihoodOfLargeInCompany: 0.6,
    leastLikelihoodOfCoreInCompany: 0.5,
  },
  specific: {
    ...balanced,
    leastLikelihood: 0.97,
    leastLikelihoodOfVeryLarge: 0.9,
    leastLikelihoodOfCore: 0.97,
    leastLikelihoodInCompany: 0.7,
    leastLikelihoodOfLargeInCompany: 0.97,
    leastLikelihoodOfCoreInCompany: 0.97,
    smallestLesionMl: 0.1,
  },
} as const satisfies Record<string, Parameters>;

export type PresetId = keyof typeof presets;

export function isPresetId(id: string): id is PresetId {
  return Object.hasOwn(presets, id);
}

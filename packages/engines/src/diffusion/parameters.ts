/**
 * Everything that shapes a mask. ADC in 10⁻⁶ mm²/s, lengths in mm; z counts robust standard deviations of
 * ln DWI in healthy tissue; a score is z above the mirrored side plus the ADC deficit in steps of 100.
 */
export type Parameters = {
  readonly smoothingMm: number;
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
  /** Part of the lesion's own brightness that its rim must keep. */
  readonly rimShare: number;
  readonly rimZ: number;
  readonly outerZ: number;
  readonly wideGrowth: number;
  readonly wideGrowthAdc: number;
  /** Partial volume of CSF raises the ADC of a lesion's rim up to this. */
  readonly rimAdc: number;
  readonly closingMm: number;
  readonly smallestLesionMl: number;
  /** Diffusion is restricted where the ADC is lower than this, or lower than around by this much. */
  readonly restrictedAdc: number;
  readonly restrictedContrast: number;
  /** The judge's likelihood from which on a piece is taken for a lesion. */
  readonly leastLikelihood: number;
  /** The same from this size on. */
  readonly leastLikelihoodOfLarge: number;
  readonly largeMl: number;
  /**
   * The same from this size on, where nothing else is an infarct for certain: nothing worse can be missed. Where something
   * is, a second infarct of that size would be as certain, and most that is in doubt is none.
   */
  readonly leastLikelihoodOfVeryLarge: number;
  readonly veryLargeMl: number;
  /** From this size on most of a lesion is no shell of its core. */
  readonly hugeMl: number;
  /** The same for the core of a piece that was refused: where there was one doubt there is another. */
  readonly leastLikelihoodOfCore: number;
  /**
   * The same for any smaller piece in a patient who certainly has an infarct: emboli come in numbers, so that it is
   * likelier there to be one more than in a head without any.
   */
  readonly leastLikelihoodInCompany: number;
  /** The same for a core, if diffusion is restricted by its ADC alone: most of the others are noise, in company, too. */
  readonly leastLikelihoodOfCoreInCompany: number;
  /** What is an infarct for certain: of this likelihood and size. */
  readonly certainLikelihood: number;
  readonly certainMl: number;
};

const balanced: Parameters = {
  smoothingMm: 0.8,
  backgroundReachMm: 16,
  suspectAdc: 700,
  suspectScore: 1.4,
  suspectMarginMm: 8,
  sigmaFloor: 0.1,
  mirrorReachMm: 4,
  mirrorShare: 0.8,
  mirrorCeiling: 5,
  seedScore: 3.2,
  seedAsymmetry: 1.2,
  seedAdc: 750,
  symmetricSeedZ: 4,
  symmetricSeedAdc: 620,
  wideMm: 4,
  wideSeedScore: 1.8,
  growthZ: 1.8,
  growthAdc: 950,
  rimShare: 0.5,
  rimZ: 1.8,
  outerZ: 1.9,
  wideGrowth: 1.5,
  wideGrowthAdc: 750,
  rimAdc: 1400,
  closingMm: 2,
  smallestLesionMl: 0.02,
  restrictedAdc: 750,
  restrictedContrast: 50,
  leastLikelihood: 0.9,
  leastLikelihoodOfLarge: 0.75,
  largeMl: 0.7,
  leastLikelihoodOfVeryLarge: 0.25,
  veryLargeMl: 3,
  hugeMl: 30,
  leastLikelihoodOfCore: 0.95,
  leastLikelihoodInCompany: 0.4,
  leastLikelihoodOfCoreInCompany: 0.8,
  certainLikelihood: 0.9,
  certainMl: 0.1,
};

export const presets = {
  balanced,
  sensitive: {
    ...balanced,
    leastLikelihood: 0.6,
    leastLikelihoodOfLarge: 0.6,
    leastLikelihoodOfVeryLarge: 0.2,
    leastLikelihoodOfCore: 0.7,
    leastLikelihoodInCompany: 0.25,
    leastLikelihoodOfCoreInCompany: 0.5,
  },
  specific: {
    ...balanced,
    leastLikelihood: 0.97,
    leastLikelihoodOfLarge: 0.97,
    leastLikelihoodOfVeryLarge: 0.9,
    leastLikelihoodOfCore: 0.97,
    leastLikelihoodInCompany: 0.7,
    leastLikelihoodOfCoreInCompany: 0.97,
    smallestLesionMl: 0.1,
  },
} as const satisfies Record<string, Parameters>;

export type PresetId = keyof typeof presets;

export function isPresetId(id: string): id is PresetId {
  return Object.hasOwn(presets, id);
}

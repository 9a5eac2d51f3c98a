import { judgeWeights } from './judge-weights.ts';
import type { Piece } from './pieces.ts';

/** What the judge looks at, in the order of its weights; bounded, so that no single figure decides alone. */
export const evidenceNames = [
  'lnMl',
  'lnMlSmall',
  'z50',
  'asymmetry50',
  'asymmetry90',
  'score90',
  'wide90',
  'adc10',
  'adc50',
  'adcContrast',
  'zContrast',
  'excess50',
  'depth90',
  'adcOfBrighter',
  'zAround75',
  'adcAround25',
  'pileUp',
] as const;

export type EvidenceName = (typeof evidenceNames)[number];

/** The evidence of a piece, scaled to about one. */
export function evidenceOf(p: Piece): Readonly<Record<EvidenceName, number>> {
  const lnMl = Math.log(Math.max(p.volumeMl, 1e-3));
  return {
    lnMl: bounded(lnMl, -4.5, 4),
    lnMlSmall: bounded(lnMl, -4.5, 0),
    z50: bounded(p.z50, 0, 10),
    asymmetry50: bounded(p.asymmetry50, -3, 8),
    asymmetry90: bounded(p.asymmetry90, -3, 10),
    score90: bounded(p.score90, 0, 12),
    wide90: bounded(p.wide90, -2, 6),
    adc10: bounded(p.adc10, 200, 1000) / 100,
    adc50: bounded(p.adc50, 200, 1000) / 100,
    adcContrast: bounded(p.adcContrast, -100, 500) / 100,
    zContrast: bounded(p.zContrast, 0, 10),
    excess50: bounded(p.excess50, -1, 1.5),
    depth90: bounded(p.depth90, 0, 25) / 10,
    adcOfBrighter: bounded(p.adcOfBrighter, 200, 1000) / 100,
    zAround75: bounded(p.zAround75, -2, 5),
    adcAround25: bounded(p.adcAround25, 400, 1000) / 100,
    pileUp: p.pileUp,
  };
}

/** What the judge weighs: the evidence, and where some of it counts more or no more. */
export const featureNames = [
  ...evidenceNames.filter((name) => name !== 'pileUp'),
  'lowContrast',
  'normalAdc',
  'contrastOfLarge',
  'zContrastSmall',
  'adc10High',
  'shallow',
  'pileUpNormal',
  'adcOfVeryLarge',
  'contrastOfVeryLarge',
  'zOfVeryLarge',
] as const;

export type FeatureName = (typeof featureNames)[number];

export function featuresOf(e: Readonly<Record<EvidenceName, number>>): Record<FeatureName, number> {
  const large = bounded((e.lnMl + 1) / 2, 0, 1);
  const veryLarge = bounded((e.lnMl - 0.5) / 1.5, 0, 1);
  return {
    ...e,
    // Tissue that hardly differs from its surroundings, or whose ADC is nearly normal, is hardly an infarct.
    lowContrast: Math.min(0, e.adcContrast - 1),
    normalAdc: Math.max(0, e.adc50 - 7.2),
    // In a speck partial volume takes most of the contrast; in a large piece nothing excuses the lack of it.
    contrastOfLarge: e.adcContrast * large,
    zContrastSmall: Math.min(e.zContrast, 3),
    adc10High: Math.max(0, e.adc10 - 6.2),
    shallow: Math.min(e.depth90, 1),
    // Lying beside pile-up is held only against what has the ADC of pile-up.
    pileUpNormal: e.pileUp * bounded((e.adc50 - 6) / 2, 0, 1),
    // A faint infarct of a territory is hardly brighter than the tissue around, and much of that is infarct, too: from
    // some millilitres on its ADC tells, and its brightness less.
    adcOfVeryLarge: e.adc50 * veryLarge,
    contrastOfVeryLarge: e.adcContrast * veryLarge,
    zOfVeryLarge: e.z50 * veryLarge,
  };
}

/** How likely a piece is an infarct: a logistic of its features, 0–1; see {@link judgeWeights} for its fit. */
export function likelihoodOf(piece: Piece): number {
  const features = featuresOf(evidenceOf(piece));
  let sum: number = judgeWeights.bias;
  for (const name of featureNames) sum += judgeWeights.weights[name] * features[name];
  return 1 / (1 + Math.exp(-sum));
}

function bounded(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

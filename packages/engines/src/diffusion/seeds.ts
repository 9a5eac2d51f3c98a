import { labelComponents } from '@atoll/volume/components';
import { quantile } from '@atoll/volume/histogram';
import type { Work } from './ground.ts';
import { gather } from './labels.ts';
import type { Scores } from './scores.ts';

/** Below this (10⁻⁶ mm²/s) an ADC is an artefact, not tissue. */
const lowestAdc = 150;

/**
 * Where a lesion certainly is: bright against the mirrored side with a lowered ADC; or so bright and so low
 * that symmetry does not matter; or on average over a wider neighbourhood.
 */
export function findSeeds(
  { adc, parameters }: Work,
  { z, asymmetry, score, wide }: Scores,
  allowed: Uint8Array,
): Uint8Array {
  const seeds = new Uint8Array(z.length);
  for (let at = 0; at < z.length; at++) {
    if (allowed[at] === 0 || adc[at] < lowestAdc || adc[at] > parameters.seedAdc) continue;
    const asymmetric = score[at] > parameters.seedScore && asymmetry[at] > parameters.seedAsymmetry;
    const symmetric = z[at] > parameters.symmetricSeedZ && adc[at] < parameters.symmetricSeedAdc;
    const faint = wide[at] > parameters.wideSeedScore && z[at] > 1.5;
    if (asymmetric || symmetric || faint) seeds[at] = 1;
  }
  return seeds;
}

/** The lesions, and at each of their voxels the brightness (z) from which on what lies beside it is lesion, too. */
export type Grown = { readonly mask: Uint8Array; readonly edge: Float32Array };

/**
 * Grows seeds over everything bright with an ADC below CSF, then lets each lesion keep what has a certain
 * part of its own brightness: halfway down a blurred edge is where the edge was.
 */
export function growSeeds(
  { shape, brain, adc, parameters }: Work,
  { z, asymmetry, wide }: Scores,
  seeds: Uint8Array,
): Grown {
  const candidates = seeds.slice();
  for (let at = 0; at < z.length; at++) {
    if (brain[at] === 0 || adc[at] < lowestAdc) continue;
    const bright = z[at] > parameters.growthZ && adc[at] < parameters.growthAdc;
    const ownSide = asymmetry[at] > 0.5 || (z[at] > 3 && adc[at] < 650);
    // Within a wide lesion the neighbourhood vouches for the voxel.
    const vouched = wide[at] > parameters.wideGrowth && z[at] > 1 && adc[at] < parameters.wideGrowthAdc;
    if ((bright && ownSide) || vouched) candidates[at] = 1;
  }
  const { labels, count } = labelComponents(candidates, shape, 26);
  const peaks = gather(seeds, labels, count, z).map((values) => quantile(values, 0.5, true));
  const mask = new Uint8Array(z.length);
  const edge = new Float32Array(z.length);
  for (let at = 0; at < mask.length; at++) {
    const peak = peaks[labels[at]];
    // NaN, the peak of a component without seeds, fails the comparison.
    const share = wide[at] > parameters.wideGrowth ? parameters.wideRimShare : parameters.rimShare;
    const rim = Math.min(parameters.rimZ, share * peak);
    if (labels[at] === 0 || !(z[at] >= rim)) continue;
    mask[at] = 1;
    edge[at] = Math.min(parameters.outerZ, share * peak);
  }
  return { mask, edge };
}

import { squaredDistanceTo } from '@atoll/volume/distance';
import { robustSigma } from '@atoll/volume/histogram';
import { dilate } from '@atoll/volume/morphology';
import type { Vec3 } from '@atoll/volume/volume';
import { fitBackground } from './background.ts';
import { type Blocks, blocksWhere, interpolateBlocks } from './blocks.ts';
import type { Work } from './ground.ts';
import type { MidPlane } from './midplane.ts';
import { mirroredMaximum } from './mirror.ts';
import type { Parameters } from './parameters.ts';
import { averageTissue, collectTissue, healthyVoxels } from './tissue.ts';
import { wideScore } from './wide.ts';

/** One value per voxel of the work grid, meaningful inside the brain. */
export type Scores = {
  /** Brightness above healthy tissue at that place, in robust standard deviations of ln DWI. */
  readonly z: Float32Array;
  /** z above what the mirrored side reaches within a few millimetres. */
  readonly asymmetry: Float32Array;
  /** Asymmetry, plus how far the ADC lies below normal in steps of 100·10⁻⁶ mm²/s. */
  readonly score: Float32Array;
  /** The same averaged over a few millimetres of tissue. */
  readonly wide: Float32Array;
  /** ln of the signal without diffusion weighting relative to healthy tissue: high where signal piles up. */
  readonly excess: Float32Array;
  readonly sigma: number;
};

/** Outside the brain: lower than anything inside. */
const outside = -9;
/** Neither kind of evidence outweighs the absence of the other without limit. */
const ceiling = { asymmetry: 8, adc: 4 };
/** Mean ADC of healthy tissue after calibration, 10⁻⁶ mm²/s. */
export const normalAdc = 820;

/** @param dwi smoothed as the ADC is. */
export function computeScores(work: Work, dwi: Float32Array, plane: MidPlane): Scores {
  const { shape, spacingMm, brain, adc, parameters } = work;
  const { backgroundReachMm: reachMm, wideMm, sigmaFloor } = parameters;
  const z = new Float32Array(dwi.length);
  for (let at = 0; at < z.length; at++) z[at] = brain[at] === 0 ? outside : Math.log(Math.max(dwi[at], 1e-6));

  // All on blocks: a first background without tissue of low ADC; then one without all that looks like a
  // lesion against it, and what surrounds that.
  const tissue = collectTissue(z, adc, brain, shape, spacingMm);
  const { blocks } = tissue;
  const broad = averageTissue(tissue.adc, tissue, wideMm, 2000);
  const low = blocksWhere(broad, (adcThere) => adcThere < parameters.suspectAdc);
  let background = fitBackground(tissue, low, reachMm);
  const first = wideScore(tissue, background, { sigma: sigmaFloor, plane, wideMm, normalAdc });
  const suspect = blocksWhere(first, (value, at) => value > parameters.suspectScore || low[at] !== 0);
  if (suspect.includes(1)) {
    const around = dilate(suspect, blocks.shape, blocks.spacingMm, parameters.suspectMarginMm);
    background = fitBackground(tissue, around, reachMm);
  }
  const field = interpolateBlocks(background, shape, blocks);

  const sigma = Math.max(sigmaFloor, spread(z, field, healthyVoxels(adc, brain)));
  const wide = wideScore(tissue, background, { sigma, plane, wideMm, normalAdc });
  const excess = new Float32Array(z.length);
  for (let at = 0; at < z.length; at++) {
    if (brain[at] === 0) continue;
    const above = z[at] - field[at];
    excess[at] = above + (adc[at] - normalAdc) / 1000;
    z[at] = Math.max(outside, above / sigma);
  }
  const asymmetry = mirroredMaximum(z, { mask: brain, shape, spacingMm }, plane, {
    reach: mirrorReach(spacingMm, parameters),
    absent: outside,
  });
  const score = new Float32Array(z.length);
  for (let at = 0; at < z.length; at++) {
    if (brain[at] === 0) continue;
    const other = Math.min(parameters.mirrorCeiling, Math.max(0, asymmetry[at]));
    asymmetry[at] = z[at] - parameters.mirrorShare * other;
    score[at] =
      Math.min(ceiling.asymmetry, asymmetry[at]) + Math.min(ceiling.adc, (normalAdc - adc[at]) / 100);
  }
  return {
    z,
    asymmetry,
    score,
    wide: interpolateBlocks(wide, shape, blocks),
    excess,
    sigma,
  };
}

/** z of another image of the same tissue, against the same background; `dwi` is that of which the scores are. */
export function brightnessOf(other: Float32Array, dwi: Float32Array, { z, sigma }: Scores): Float32Array {
  const out = z.slice();
  for (let at = 0; at < out.length; at++)
    if (dwi[at] > 0 && other[at] > 0) out[at] += Math.log(other[at] / dwi[at]) / sigma;
  return out;
}

/** Across slices the mirror image is known to a slice: thick ones are not widened further. */
function mirrorReach(spacingMm: Vec3, { mirrorReachMm }: Parameters): Vec3 {
  const steps = (axis: number) => Math.round(mirrorReachMm / spacingMm[axis]);
  return [steps(0), steps(1), spacingMm[2] > 3.5 ? 0 : Math.max(1, Math.round(3 / spacingMm[2]))];
}

/** Robust standard deviation of ln DWI around the background over healthy voxels. */
function spread(logSignal: Float32Array, background: Float32Array, healthy: Uint8Array): number {
  const residuals = new Float32Array(healthy.length);
  let count = 0;
  for (let at = 0; at < healthy.length; at++)
    if (healthy[at] !== 0) residuals[count++] = logSignal[at] - background[at];
  return count === 0 ? 0 : robustSigma(residuals.subarray(0, count));
}

/** Distance in mm from the brain's hull (sulci and ventricles closed) inwards, at each voxel. */
export function depthBelowHull(hull: Uint8Array, blocks: Blocks, shape: Vec3): Float32Array {
  const air = hull.map((value) => (value === 0 ? 1 : 0));
  const squared = squaredDistanceTo(air, blocks.shape, blocks.spacingMm);
  const half = 0.5 * Math.min(...blocks.spacingMm);
  return interpolateBlocks(
    squared.map((value) => Math.min(100, Math.sqrt(value) - half)),
    shape,
    blocks,
  );
}

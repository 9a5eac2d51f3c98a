import { labelComponents } from '@atoll/volume/components';
import { quantile } from '@atoll/volume/histogram';
import type { Vec3 } from '@atoll/volume/volume';
import { gather, ofLabels } from './labels.ts';
import type { Parameters } from './parameters.ts';
import type { Scores } from './scores.ts';

/** What a component is judged by; medians and quantiles over its voxels. */
export type Evidence = {
  readonly voxels: number;
  readonly volumeMl: number;
  readonly z: number;
  readonly asymmetry: number;
  /** 90th percentile of the score. */
  readonly topScore: number;
  /** 90th percentile of the wide score. */
  readonly topWide: number;
  readonly adc: number;
  readonly lowAdc: number;
  readonly excess: number;
  /** Of its deepest part (90th percentile) below the brain's hull, mm. */
  readonly depthMm: number;
  /** Fraction that lies beside signal pile-up. */
  readonly pileUp: number;
};

/** Keeps the components that are lesions by all the evidence there is; see {@link isLesion}. */
export function keepLesions(
  mask: Uint8Array,
  scores: Scores,
  adc: Float32Array,
  depthMm: Float32Array,
  pileUp: Uint8Array,
  shape: Vec3,
  spacingMm: Vec3,
  parameters: Parameters,
): Uint8Array {
  const { labels, count, sizes } = labelComponents(mask, shape, 26);
  const of = (values: Float32Array) => gather(mask, labels, count, values);
  const [z, asymmetry, score, wide, diffusion, excess, depth] = [
    scores.z,
    scores.asymmetry,
    scores.score,
    scores.wide,
    adc,
    scores.excess,
    depthMm,
  ].map(of);
  const beside = new Int32Array(count + 1);
  for (let at = 0; at < labels.length; at++) if (pileUp[at] !== 0) beside[labels[at]]++;
  const voxelMl = (spacingMm[0] * spacingMm[1] * spacingMm[2]) / 1000;
  const keep = new Uint8Array(count + 1);
  for (let label = 1; label <= count; label++) {
    const e: Evidence = {
      voxels: sizes[label],
      volumeMl: sizes[label] * voxelMl,
      z: quantile(z[label], 0.5, true),
      asymmetry: quantile(asymmetry[label], 0.5, true),
      topScore: quantile(score[label], 0.9, true),
      topWide: quantile(wide[label], 0.9, true),
      adc: quantile(diffusion[label], 0.5, true),
      lowAdc: quantile(diffusion[label], 0.1, true),
      excess: quantile(excess[label], 0.5, true),
      depthMm: quantile(depth[label], 0.9, true),
      pileUp: beside[label] / sizes[label],
    };
    keep[label] = isLesion(e, parameters) ? 1 : 0;
  }
  return ofLabels(labels, keep);
}

function isLesion(e: Evidence, parameters: Parameters): boolean {
  if (e.volumeMl < parameters.smallestLesionMl) return false;
  const wide = e.topWide > parameters.wideSeedScore && e.volumeMl > 1;
  if (e.topScore < parameters.componentScore && !wide) return false;
  // Bright with a hardly lowered ADC: T2 shine-through, or cortex beside the falx.
  if (e.adc > 700 && e.topScore < parameters.componentScore + 1 && !wide) return false;
  // Distortion at the surface is bright by signal from elsewhere, not by diffusion.
  if (e.pileUp > 0.5 && e.adc > 550) return false;
  if (e.depthMm < 5 && e.adc > 650 && e.excess > 0.45) return false;
  return true;
}

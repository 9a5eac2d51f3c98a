import { modeOf, quantile } from '@atoll/volume/histogram';

/** A patient's healthy tissue: its ADC, 10⁻⁶ mm²/s, and its signal at each block. */
export type Healthy = { readonly healthyAdc: number; readonly healthySignal: Float32Array };

/** Every bound on ADC is a share of this patient's own healthy tissue. */
export const healthyShare = { low: 0.78, high: 1.3 };
/** From the deepest infarct to tissue mostly filled with CSF. */
export const tissueShare = { low: 0.18, high: 2.6 };

const range = { low: 200, high: 2200 };
const bins = 120;
const halfWidth = 6;
/** A peak counts from this part of the highest one on. */
const sufficient = 0.35;
/**
 * How likely an ADC is that of healthy tissue before anything is seen: log-normal, wide enough for scanners and
 * patients from 500 to 1200·10⁻⁶ mm²/s (843 ± 60 at b = 1000, Nagesh 1998; lower with higher b). Without it the
 * mixture of tissue and CSF in thick slices can be a peak as good as any.
 */
const prior = { centre: 780, sigma: 0.35 };

/**
 * The ADC of a patient's healthy tissue: of all peaks of the histogram that are high enough the one of the
 * highest ADC, for an infarct of half a brain is the most frequent tissue there is, and its ADC is always the
 * lower. `weights` say how far each value counts. null when none lies within 200–2200·10⁻⁶ mm²/s.
 */
export function healthyAdcOf(values: ArrayLike<number>, weights: ArrayLike<number>): number | null {
  const scale = bins / Math.log(range.high / range.low);
  const counts = new Float64Array(bins);
  for (let at = 0; at < values.length; at++) {
    const bin = Math.floor(Math.log(values[at] / range.low) * scale);
    if (bin >= 0 && bin < bins) counts[bin] += weights[at];
  }
  const smooth = new Float64Array(bins);
  let highest = 0;
  for (let bin = 0; bin < bins; bin++) {
    for (let step = -halfWidth; step <= halfWidth; step++)
      smooth[bin] += (counts[bin + step] ?? 0) * (halfWidth + 1 - Math.abs(step));
    const offset = Math.log(range.low / prior.centre) + (bin + 0.5) / scale;
    smooth[bin] *= Math.exp(-0.5 * (offset / prior.sigma) ** 2);
    highest = Math.max(highest, smooth[bin]);
  }
  if (highest === 0) return null;
  for (let bin = bins - 1; bin >= 0; bin--) {
    const peak = smooth[bin] >= (smooth[bin - 1] ?? 0) && smooth[bin] >= (smooth[bin + 1] ?? 0);
    if (!peak || smooth[bin] < sufficient * highest) continue;
    const found = range.low * Math.exp((bin + 0.5) / scale);
    return modeOf(values, 0.75 * found, 1.3 * found, { bins: 64, smoothing: 6 }) ?? found;
  }
  return null;
}

/** The most frequent signal, on a logarithmic scale; null for no positive values. */
export function typicalSignalOf(values: Float32Array): number | null {
  const logs = values.filter((value) => value > 0).map(Math.log);
  if (logs.length === 0) return null;
  const mode = modeOf(logs, quantile(logs, 0), quantile(logs, 1) + 1e-3, { bins: 60, smoothing: 5 });
  return mode === null ? null : Math.exp(mode);
}

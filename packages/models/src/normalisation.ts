import type { ModelInput } from './description.ts';

/** Keeps a flat image from being divided by nothing; nnU-Net's own figure. */
const leastSpread = 1e-8;

/**
 * Brings one channel to the scale that the network was trained on, in place.
 * @param mask the non-zero part, 0 and 1
 */
export function normalise(data: Float32Array, mask: Uint8Array, scheme: ModelInput['normalisation']): void {
  if (scheme.scheme === 'none') return;
  if (scheme.scheme === 'clip') {
    const { low, high, mean, standardDeviation } = scheme;
    const spread = Math.max(standardDeviation, leastSpread);
    for (let at = 0; at < data.length; at++) {
      data[at] = (Math.min(high, Math.max(low, data[at])) - mean) / spread;
    }
    return;
  }
  if (scheme.scheme === 'rescale-to-0-1') {
    let low = Infinity;
    let high = -Infinity;
    for (const value of data) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const range = Math.max(high - low, leastSpread);
    for (let at = 0; at < data.length; at++) data[at] = (data[at] - low) / range;
    return;
  }
  const counts = counter(data, mask, scheme);
  const { mean, spread } = momentsOf(data, counts);
  for (let at = 0; at < data.length; at++) if (counts(at)) data[at] = (data[at] - mean) / spread;
}

/** Which voxels are measured, and changed. */
function counter(
  data: Float32Array,
  mask: Uint8Array,
  scheme:
    | { readonly scheme: 'z-score'; readonly withinMask: boolean }
    | { readonly scheme: 'z-score-nonzero' },
): (at: number) => boolean {
  if (scheme.scheme === 'z-score-nonzero') return (at) => data[at] !== 0;
  return scheme.withinMask ? (at) => mask[at] !== 0 : () => true;
}

/** Mean and standard deviation of a population, summed in 64 bits. */
function momentsOf(data: Float32Array, counts: (at: number) => boolean): { mean: number; spread: number } {
  let count = 0;
  let sum = 0;
  for (let at = 0; at < data.length; at++) {
    if (!counts(at)) continue;
    count++;
    sum += data[at];
  }
  const mean = count === 0 ? 0 : sum / count;
  let squares = 0;
  for (let at = 0; at < data.length; at++) if (counts(at)) squares += (data[at] - mean) ** 2;
  return { mean, spread: Math.max(Math.sqrt(count === 0 ? 0 : squares / count), leastSpread) };
}

/**
 * The most frequent value between `low` and `high`: the peak of a histogram of `bins` equal bins, smoothed
 * by a triangle of `smoothing` bins on each side, with a parabola through the peak for the place within the
 * bin. Values outside the range, and NaN, do not count. null when no value lies in the range.
 */
export function modeOf(
  values: ArrayLike<number>,
  low: number,
  high: number,
  { bins = 256, smoothing = 4 }: { readonly bins?: number; readonly smoothing?: number } = {},
): number | null {
  const counts = histogram(values, low, high, bins);
  const smooth = new Float64Array(bins);
  let peak = 0;
  for (let bin = 0; bin < bins; bin++) {
    for (let step = -smoothing; step <= smoothing; step++)
      smooth[bin] += (counts[bin + step] ?? 0) * (smoothing + 1 - Math.abs(step));
    if (smooth[bin] > smooth[peak]) peak = bin;
  }
  if (smooth[peak] === 0) return null;
  const before = smooth[peak - 1] ?? 0;
  const after = smooth[peak + 1] ?? 0;
  const bend = before - 2 * smooth[peak] + after;
  const shift = bend < 0 ? (0.5 * (before - after)) / bend : 0;
  return low + ((peak + 0.5 + shift) * (high - low)) / bins;
}

/** How many values lie in each of `bins` equal bins from `low` (included) to `high` (not). */
export function histogram(values: ArrayLike<number>, low: number, high: number, bins: number): Float64Array {
  const counts = new Float64Array(bins);
  const scale = bins / (high - low);
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (value >= low && value < high) counts[Math.min(bins - 1, Math.floor((value - low) * scale))]++;
  }
  return counts;
}

/**
 * The value below which the fraction `q` (0–1) of the values lies (of two neighbours the lower one: no
 * interpolation). NaN for no values. Linear time; the values are left as they are unless `scratch` is true,
 * which allows them to be reordered.
 * Source: Hoare's selection (1961) with the median of three as pivot.
 */
export function quantile(values: Float32Array, q: number, scratch = false): number {
  if (values.length === 0) return Number.NaN;
  const work = scratch ? values : values.slice();
  const wanted = Math.min(work.length - 1, Math.max(0, Math.floor(q * (work.length - 1))));
  let left = 0;
  let right = work.length - 1;
  while (left < right) {
    const a = work[left];
    const b = work[(left + right) >> 1];
    const c = work[right];
    const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    let i = left;
    let j = right;
    while (i <= j) {
      while (work[i] < pivot) i++;
      while (work[j] > pivot) j--;
      if (i <= j) {
        const swap = work[i];
        work[i++] = work[j];
        work[j--] = swap;
      }
    }
    if (wanted <= j) right = j;
    else if (wanted >= i) left = i;
    else break;
  }
  return work[wanted];
}

export function median(values: Float32Array): number {
  return quantile(values, 0.5);
}

/** Standard deviation by the median absolute deviation (×1.4826: as for a normal distribution). */
export function robustSigma(values: Float32Array, centre = median(values)): number {
  return (
    1.4826 *
    quantile(
      values.map((value) => Math.abs(value - centre)),
      0.5,
      true,
    )
  );
}

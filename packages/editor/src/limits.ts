/** What the images say at each voxel of the mask's grid; NaN where one says nothing. */
export type Intensities = {
  /** In the image's own unit. */
  readonly dwi: Float32Array;
  /** In 10⁻⁶ mm²/s; null where there is none. */
  readonly adc: Float32Array | null;
};

/** From `low` to `high`, both included. */
export type Range = { readonly low: number; readonly high: number };

/** Where the brush may change something: within both ranges, or with `invert` anywhere else. */
export type Limits = {
  readonly dwi: Range | null;
  /** In 10⁻⁶ mm²/s. */
  readonly adc: Range | null;
  readonly invert: boolean;
};

export const noLimits: Limits = { dwi: null, adc: null, invert: false };

/**
 * Says of a voxel, by its place in the array, whether it may be changed; null where every one may. A voxel without a
 * value in an image that has a range may not, inverted or not: nothing is known of it.
 */
export function limitTo(
  { dwi, adc }: Intensities,
  { dwi: dwiRange, adc: adcRange, invert }: Limits,
): ((at: number) => boolean) | null {
  const byAdc = adc === null ? null : adcRange;
  if (dwiRange === null && byAdc === null) return null;
  return (at) => {
    const signal = dwiRange === null ? 0 : dwi[at];
    const diffusion = adc === null || byAdc === null ? 0 : adc[at];
    if (Number.isNaN(signal) || Number.isNaN(diffusion)) return false;
    const isInside =
      (dwiRange === null || (signal >= dwiRange.low && signal <= dwiRange.high)) &&
      (byAdc === null || (diffusion >= byAdc.low && diffusion <= byAdc.high));
    return isInside !== invert;
  };
}

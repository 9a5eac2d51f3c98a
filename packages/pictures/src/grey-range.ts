import { quantile } from '@atoll/volume/histogram';

/** An image that masks lie over. */
export type BaseRole = 'dwi' | 'adc' | 'flair';
export type WindowPreset = 'auto' | 'wide' | 'narrow';

/** The 98th percentile of an image without its empty voxels: its brightest tissue, in its own unit. */
export function brightestOf(data: Float32Array): number {
  const seen = new Float32Array(data.length);
  let count = 0;
  // A loop, for the first image waits for this: `filter` asks a function of each voxel.
  for (let at = 0; at < data.length; at++) {
    const value = data[at];
    if (value !== 0 && Number.isFinite(value)) seen[count++] = value;
  }
  return count === 0 ? 1 : quantile(seen.subarray(0, count), 0.98, true);
}

/** ADC of CSF with a little tissue in it, in 10⁻⁶ mm²/s: about the brightest of a map of a head. */
const brightestAdc = 2500;

/**
 * Factor from the values of an ADC map to 10⁻⁶ mm²/s: maps do not say in which unit they are, and a unit is a power of
 * ten.
 * @param brightest the 98th percentile or so of the map.
 */
export function adcFactor(brightest: number): number {
  return brightest > 0 ? 10 ** Math.round(Math.log10(brightestAdc / brightest)) : 1;
}

/**
 * Grey range of a base image. ADC has an absolute scale, in whatever unit it comes: its largest values are
 * those of CSF, about 3·10⁻³ mm²/s. DWI and FLAIR have none, and go by their own brightest voxels.
 * @param brightest the 98th percentile or so of the image.
 */
export function greyRange(base: BaseRole, preset: WindowPreset, brightest: number): [number, number] {
  if (base === 'adc') {
    const unit = 1 / adcFactor(brightest);
    const range = { auto: [0, 2000], wide: [0, 3200], narrow: [200, 1200] }[preset];
    return [range[0] * unit, range[1] * unit];
  }
  const share = { auto: [0, 1.35], wide: [0, 2.2], narrow: [0.35, 1] }[preset];
  return [share[0] * brightest, share[1] * brightest];
}

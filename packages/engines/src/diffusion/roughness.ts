import { quantile } from '@atoll/volume/histogram';
import type { Vec3 } from '@atoll/volume/volume';
import type { Parameters } from './parameters.ts';

/** Differences are taken over this distance, and over twice as much; mm. */
const stepMm = 2;
/** Every third voxel is enough for a median. */
const every = 3;

/** As rough as an image is that was interpolated before, and as one of 2 mm voxels that was not. */
const roughnessOfInterpolated = 0.6;
const roughnessOfAcquired = 0.6625;

/** What there is to smooth: as the least, nothing. */
const smoothest = 0.5;

/**
 * How far an image is smoothed, σ in mm: the rougher it is, the more. Interpolation has smoothed an image already, and to
 * smooth it again would take from a speck what it stands out by; noise asks for more. So the same head gives much the
 * same mask whether it was turned and resampled or not.
 */
export function smoothingFor(
  roughness: number,
  {
    leastSmoothingMm: least,
    mostSmoothingMm: most,
  }: Pick<Parameters, 'leastSmoothingMm' | 'mostSmoothingMm'>,
): number {
  const share = (roughness - roughnessOfInterpolated) / (roughnessOfAcquired - roughnessOfInterpolated);
  return least + Math.min(1, Math.max(0, share)) * (most - least);
}

/**
 * How rough an image is within a mask: the median difference of ln signal between voxels some 2 mm apart, in plane, over
 * that between voxels twice as far apart. Noise differs by as much over any distance (1), a slope by half as much over
 * half of it (0.5, which is the answer, too, where there is nothing to measure).
 */
export function roughnessOf(signal: Float32Array, mask: Uint8Array, [nx]: Vec3, spacingMm: Vec3): number {
  const log = (at: number) => Math.log(Math.max(1e-6, signal[at]));
  const along = (stride: number) => {
    const near = new Float32Array(Math.ceil(mask.length / every));
    const far = new Float32Array(near.length);
    let count = 0;
    for (let at = 0; at + 2 * stride < mask.length; at += every) {
      if (mask[at] === 0 || mask[at + stride] === 0 || mask[at + 2 * stride] === 0) continue;
      const here = log(at);
      near[count] = Math.abs(here - log(at + stride));
      far[count++] = Math.abs(here - log(at + 2 * stride));
    }
    const middle = (values: Float32Array) => quantile(values.subarray(0, count), 0.5, true);
    return count > 0 && middle(far) > 0 ? middle(near) / middle(far) : smoothest;
  };
  const steps = (axis: number) => Math.max(1, Math.round(stepMm / spacingMm[axis]));
  return (along(steps(0)) + along(nx * steps(1))) / 2;
}

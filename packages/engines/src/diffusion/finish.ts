import { close, fillHolesBySlice } from '@atoll/volume/morphology';
import type { Vec3 } from '@atoll/volume/volume';
import type { Parameters } from './parameters.ts';

/** Largest hole within a slice that is taken for lesion, mm². */
const largestHoleMm2 = 50;

/**
 * The last touches: each lesion takes in the rim voxels that it shares with CSF (too high an ADC to grow over)
 * as far as they keep its brightness; cracks are closed and small holes filled.
 */
export function finishLesions(
  lesions: Uint8Array,
  brightness: Float32Array,
  z: Float32Array,
  adc: Float32Array,
  brain: Uint8Array,
  shape: Vec3,
  spacingMm: Vec3,
  parameters: Parameters,
): Uint8Array {
  const mask = addRim(lesions, brightness, z, adc, brain, shape, parameters);
  const closed = close(mask, shape, spacingMm, parameters.closingMm);
  for (let at = 0; at < closed.length; at++)
    if (brain[at] === 0 || adc[at] > parameters.rimAdc) closed[at] = mask[at];
  const largestHole = Math.max(1, Math.round(largestHoleMm2 / (spacingMm[0] * spacingMm[1])));
  return fillHolesBySlice(closed, shape, largestHole);
}

/** One layer of face neighbours. */
function addRim(
  lesions: Uint8Array,
  brightness: Float32Array,
  z: Float32Array,
  adc: Float32Array,
  brain: Uint8Array,
  [nx, ny, nz]: Vec3,
  { rimShare, rimAdc, outerZ }: Parameters,
): Uint8Array {
  const mask = lesions.slice();
  const offer = (at: number, peak: number) => {
    if (brain[at] !== 0 && z[at] >= Math.min(outerZ, rimShare * peak) && adc[at] < rimAdc) mask[at] = 1;
  };
  for (let k = 0, at = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, at++) {
        if (lesions[at] === 0) continue;
        const peak = brightness[at];
        if (i > 0) offer(at - 1, peak);
        if (i < nx - 1) offer(at + 1, peak);
        if (j > 0) offer(at - nx, peak);
        if (j < ny - 1) offer(at + nx, peak);
        if (k > 0) offer(at - nx * ny, peak);
        if (k < nz - 1) offer(at + nx * ny, peak);
      }
  return mask;
}

import { close, fillHolesBySlice } from '@atoll/volume/morphology';
import type { Work } from './ground.ts';
import type { Grown } from './seeds.ts';

/** Largest hole within a slice that is taken for lesion, mm². */
const largestHoleMm2 = 50;

/**
 * The last touches: each lesion takes in the rim voxels that it shares with CSF (too high an ADC to grow over)
 * as far as they keep its brightness; cracks are closed and small holes filled.
 */
export function finishLesions(work: Work, lesions: Grown, z: Float32Array): Uint8Array {
  const { shape, spacingMm, brain, adc, parameters } = work;
  const mask = addRim(work, lesions, z);
  const closed = close(mask, shape, spacingMm, parameters.closingMm);
  for (let at = 0; at < closed.length; at++)
    if (brain[at] === 0 || adc[at] > parameters.rimAdc) closed[at] = mask[at];
  const largestHole = Math.max(1, Math.round(largestHoleMm2 / (spacingMm[0] * spacingMm[1])));
  return fillHolesBySlice(closed, shape, largestHole);
}

/** One layer of face neighbours. */
function addRim(
  { shape: [nx, ny, nz], brain, adc, parameters: { rimAdc } }: Work,
  { mask: lesions, edge }: Grown,
  z: Float32Array,
): Uint8Array {
  const mask = lesions.slice();
  const offer = (at: number, least: number) => {
    if (brain[at] !== 0 && z[at] >= least && adc[at] < rimAdc) mask[at] = 1;
  };
  for (let k = 0, at = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, at++) {
        if (lesions[at] === 0) continue;
        const least = edge[at];
        if (i > 0) offer(at - 1, least);
        if (i < nx - 1) offer(at + 1, least);
        if (j > 0) offer(at - nx, least);
        if (j < ny - 1) offer(at + nx, least);
        if (k > 0) offer(at - nx * ny, least);
        if (k < nz - 1) offer(at + nx * ny, least);
      }
  return mask;
}

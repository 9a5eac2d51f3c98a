import { isAtSurface } from '@atoll/volume/surface';
import type { Vec3 } from '@atoll/volume/volume';
import { type Blocks, columnsOf, eachRow } from './blocks.ts';
import type { Healthy } from './healthy-tissue.ts';

/** As parts of the patient's own healthy tissue: nothing in a head is at once this dark on DWI and this low in ADC. */
const shareOfHealthy = { signal: 0.4, adc: 0.6 };
/** As far as interpolation reaches, voxels. */
const layers = 2;

/** Whole images, the ADC in 10⁻⁶ mm²/s. */
export type Images = { readonly dwi: Float32Array; readonly adc: Float32Array; readonly shape: Vec3 };

/**
 * A brain without its blurred edge. An image that was resampled after it had been stripped fades out there, signal and
 * ADC together, and such voxels are no surroundings to hold a lesion against. (CSF is dark with a high ADC, an infarct
 * bright with a low one.) They are taken off from outside; returns a new mask.
 */
export function withoutBlurredEdge(
  brain: Uint8Array,
  { dwi, adc, shape }: Images,
  { healthyAdc, healthySignal }: Healthy,
  blocks: Blocks,
): Uint8Array {
  const nx = shape[0];
  const column = columnsOf(shape, blocks);
  const highestAdc = shareOfHealthy.adc * healthyAdc;
  const blurred: number[] = [];
  eachRow(shape, blocks, (start, block) => {
    for (let i = 0, at = start; i < nx; i++, at++)
      if (
        brain[at] !== 0 &&
        adc[at] < highestAdc &&
        dwi[at] < shareOfHealthy.signal * healthySignal[block + column[i]]
      )
        blurred.push(at);
  });
  const out = brain.slice();
  for (let layer = 0; layer < layers; layer++) {
    const edge = blurred.filter((at) => out[at] !== 0 && isAtSurface(out, shape, at));
    for (const at of edge) out[at] = 0;
  }
  return out;
}

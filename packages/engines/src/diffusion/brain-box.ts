import { smootherWithinMask } from '@atoll/volume/gaussian';
import { type Box, cropImage, cropMask, expandBox, sizeOf } from '@atoll/volume/morphology';
import type { Vec3 } from '@atoll/volume/volume';
import type { Brain } from './brain.ts';
import type { Parameters } from './parameters.ts';
import { roughnessOf, smoothingFor } from './roughness.ts';
import { normalAdc } from './scores.ts';

/** Images in canonical order and the brain that was found in them. */
export type Outlined = {
  readonly dwi: Float32Array;
  /** Signed, 10⁻⁶ mm²/s. */
  readonly adc: Float32Array;
  readonly shape: Vec3;
  readonly spacingMm: Vec3;
  readonly brain: Brain;
  /** Around the brain. */
  readonly box: Box;
};

/** The brain's box of the images, with the ADC relative to the patient's own healthy tissue: all later steps' ground. */
export type BrainBox = {
  readonly work: Box;
  readonly shape: Vec3;
  readonly brain: Uint8Array;
  readonly signal: Float32Array;
  /** Calibrated: healthy tissue lies at {@link normalAdc}; never negative. */
  readonly diffusion: Float32Array;
  readonly adcScale: number;
  readonly smoothDwi: Float32Array;
  readonly smoothAdc: Float32Array;
  /** The DWI, smoothed as little as is ever done. */
  readonly sharpDwi: () => Float32Array;
};

/** Cuts out the brain's box and brings the ADC to the patient's own scale. */
export function onBrain(
  { dwi, adc, shape: whole, spacingMm, brain: found, box }: Outlined,
  parameters: Parameters,
): BrainBox {
  const adcScale = normalAdc / found.healthyAdc;
  const work = expandBox(box, whole, [1, 1, 1], 1);
  const shape = sizeOf(work);
  const brain = cropMask(found.mask, whole, work);
  const signal = cropImage(dwi, whole, work);
  const diffusion = cropImage(adc, whole, work);
  // Scanners and fits differ by a tenth and more; what counts is the ADC relative to the patient's own tissue.
  for (let at = 0; at < diffusion.length; at++) diffusion[at] = Math.max(0, diffusion[at] * adcScale);
  const smoothingMm = smoothingFor(roughnessOf(signal, brain, shape, spacingMm), parameters);
  const smooth = smootherWithinMask(brain, shape, spacingMm, smoothingMm);
  const [smoothDwi, smoothAdc] = [smooth(signal), smooth(diffusion)];
  const sharpDwi = () =>
    smoothingMm === parameters.leastSmoothingMm
      ? smoothDwi
      : smootherWithinMask(brain, shape, spacingMm, parameters.leastSmoothingMm)(signal);
  return { work, shape, brain, signal, diffusion, adcScale, smoothDwi, smoothAdc, sharpDwi };
}

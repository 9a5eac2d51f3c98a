import { AtollError } from '@atoll/errors/error';
import { modeOf, quantile } from '@atoll/volume/histogram';

/**
 * Can these images be DWI and ADC? A real ADC varies, and CSF, with three times the diffusion of tissue, is
 * dark on DWI. If instead voxels bright on "DWI" have next to no "ADC", the images were swapped.
 * `adc` in 10⁻⁶ mm²/s. @throws AtollError STUDY_ADC_IMPLAUSIBLE
 */
export function checkPlausible(dwi: Float32Array, adc: Float32Array, brain: Uint8Array): void {
  const inside = positiveWithin(adc, brain);
  const signal = positiveWithin(dwi, brain);
  if (inside.length === 0) throw new AtollError('STUDY_NO_OVERLAP', 'The ADC map is empty within the brain.');
  const [low, middle, high] = [0.05, 0.5, 0.95].map((q) => quantile(inside, q, true));
  if (high - low < 0.03 * middle)
    throw new AtollError('STUDY_ADC_IMPLAUSIBLE', 'The ADC map is constant over the brain.');
  const typical = quantile(signal, 0.5, true);
  const bright = modeOf(signal, 0, 4 * typical) ?? typical;
  let [fluid, inverse] = [0, 0];
  for (let at = 0; at < brain.length; at++) {
    if (brain[at] === 0) continue;
    if (adc[at] > 1.8 * middle && dwi[at] < 0.8 * bright) fluid++;
    if (dwi[at] > 1.8 * bright && adc[at] < 0.6 * middle && adc[at] > 0) inverse++;
  }
  if (inverse > 0.03 * inside.length && inverse > 4 * fluid)
    throw new AtollError(
      'STUDY_ADC_IMPLAUSIBLE',
      'The ADC image looks like a DWI, and the DWI like an ADC: CSF is bright where it should be dark.',
    );
}

function positiveWithin(data: Float32Array, mask: Uint8Array): Float32Array {
  const values = new Float32Array(data.length);
  let count = 0;
  for (let at = 0; at < data.length; at++) if (mask[at] !== 0 && data[at] > 0) values[count++] = data[at];
  return values.subarray(0, count);
}

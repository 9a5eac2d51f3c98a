import { AtollError } from '@atoll/errors/error';
import { quantile } from '@atoll/volume/histogram';

/** Typical ADC of brain, in 10⁻⁶ mm²/s: a median over tissue, with some CSF, lies near it. */
const typicalAdc = 850;

/**
 * Replaces NaN and infinities by 0, in place. The sign is kept: in air the noise of an ADC lies on both sides
 * of zero, and cut off below it would average to that of tissue.
 */
export function dropUnknown(data: Float32Array): void {
  for (let at = 0; at < data.length; at++) if (!(Math.abs(data[at]) < 1e30)) data[at] = 0;
}

/** Replaces NaN, infinities and negative values by 0, in place: a signal is never negative. */
export function clean(data: Float32Array): void {
  for (let at = 0; at < data.length; at++) if (!(data[at] > 0 && data[at] < 1e30)) data[at] = 0;
}

/**
 * ADC maps come in mm²/s, 10⁻³, 10⁻⁵ or 10⁻⁶ mm²/s, and their headers do not say which. The factor to
 * 10⁻⁶ mm²/s is the power of ten that brings the median over tissue nearest to 850.
 * @throws AtollError STUDY_ADC_IMPLAUSIBLE when that power is none that anybody uses.
 */
export function factorToMicrometres(medianAdc: number): number {
  const power = Math.round(Math.log10(typicalAdc / medianAdc));
  if (!(Math.abs(power) <= 7))
    throw new AtollError(
      'STUDY_ADC_IMPLAUSIBLE',
      `The ADC map has a median of ${medianAdc.toPrecision(2)} in tissue, which matches no unit of diffusivity.`,
    );
  return 10 ** power;
}

/**
 * Brings the ADC to 10⁻⁶ mm²/s in place, judged by the foreground (DWI over a quarter of its 99th
 * percentile), and returns the factor.
 * @throws AtollError STUDY_EMPTY, STUDY_NO_OVERLAP, STUDY_ADC_IMPLAUSIBLE
 */
export function adcToMicrometres(dwi: Float32Array, adc: Float32Array): number {
  const signal = positive(dwi);
  if (signal.length === 0) throw new AtollError('STUDY_EMPTY', emptyMessage('DWI'));
  const threshold = 0.25 * quantile(signal, 0.99, true);
  const foreground = new Float32Array(dwi.length);
  let count = 0;
  let inside = 0;
  for (let at = 0; at < dwi.length; at++) {
    if (dwi[at] < threshold || dwi[at] === 0) continue;
    inside++;
    if (adc[at] > 0) foreground[count++] = adc[at];
  }
  if (count < 0.1 * inside) throw new AtollError('STUDY_NO_OVERLAP');
  const factor = factorToMicrometres(quantile(foreground.subarray(0, count), 0.5, true));
  if (factor !== 1) for (let at = 0; at < adc.length; at++) adc[at] *= factor;
  return factor;
}

/** @throws AtollError STUDY_EMPTY when no voxel is over zero. */
export function checkNotEmpty(data: Float32Array, name: string): void {
  if (!data.some((value) => value > 0)) throw new AtollError('STUDY_EMPTY', emptyMessage(name));
}

function emptyMessage(name: string): string {
  return `The ${name} contains no signal: every voxel is zero or not finite.`;
}

function positive(data: Float32Array): Float32Array {
  const values = new Float32Array(data.length);
  let count = 0;
  for (let at = 0; at < data.length; at++) if (data[at] > 0) values[count++] = data[at];
  return values.subarray(0, count);
}

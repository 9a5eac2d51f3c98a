import { AtollError } from '@atoll/errors/error';
import { sameGrid } from '@atoll/volume/affine';
import type { Volume } from '@atoll/volume/volume';
import { b0Below, usableBValues } from './shells.ts';

/** More than free water at body temperature has (3.0), with room for noise; 10⁻³ mm²/s. */
const highestAdc = 5;

/**
 * ADC = ln(S0 / S) / b, in 10⁻³ mm²/s, on the grid of both. 0 where either signal is not above zero (air,
 * masked voxels, NaN) or where the DWI exceeds the b0 (noise); kept at or below 5.
 * @param bValue b of the DWI less that of the b0, s/mm².
 * @throws AtollError INTAKE_B_VALUE_IMPLAUSIBLE, IMAGE_GRIDS_DIFFER
 */
export function adcOf(b0: Volume, dwi: Volume, bValue: number): Volume {
  checkBValue(bValue);
  if (!sameGrid(b0, dwi)) throw new AtollError('IMAGE_GRIDS_DIFFER');
  const data = new Float32Array(dwi.data.length);
  for (let at = 0; at < data.length; at++) {
    const adc = (1000 * Math.log(b0.data[at] / dwi.data[at])) / bValue;
    if (b0.data[at] > 0 && dwi.data[at] > 0 && adc > 0 && Number.isFinite(adc))
      data[at] = Math.min(adc, highestAdc);
  }
  return { shape: dwi.shape, affine: dwi.affine, data };
}

/** @throws AtollError INTAKE_B_VALUE_IMPLAUSIBLE */
export function checkBValue(bValue: number): void {
  const fault = bValueFault(bValue);
  if (fault !== null) throw new AtollError('INTAKE_B_VALUE_IMPLAUSIBLE', fault);
}

/**
 * Why no ADC can be computed by a b-value (s/mm²), in a sentence; null where it can, and where none is given. Between
 * two images it may be less than that of the DWI, by that of a b0.
 */
export function bValueFault(bValue: number | null): string | null {
  const [low, high] = usableBValues;
  if (bValue === null || (bValue > low - b0Below && bValue <= high)) return null;
  return `A b-value of ${bValue} s/mm² is outside the usual range for acute stroke (${low} to ${high}).`;
}

import { adcFactor } from '@atoll/pictures/grey-range';
import { resampleLinear } from '@atoll/volume/resample';
import type { Mask, Volume } from '@atoll/volume/volume';

/** 10⁻⁶ mm²/s; what trials of reperfusion counted as core (Purushotham et al. 2015). */
export const lowAdc = 620;
/** Of the brightest DWI: less is air or CSF, where an ADC is noise or none. */
const leastDwi = 0.2;

/**
 * Where the ADC is below 620·10⁻⁶ mm²/s and the DWI shows tissue.
 * @param adc in whatever unit. @param dwi on whatever grid.
 * @returns a mask on the grid of the ADC map.
 */
export function lowAdcMask(
  adc: Volume & { readonly brightest: number },
  dwi: Volume & { readonly brightest: number },
): Mask {
  const factor = adcFactor(adc.brightest);
  const signal = resampleLinear(dwi, adc).data;
  const least = leastDwi * dwi.brightest;
  const data = new Uint8Array(adc.data.length);
  for (let at = 0; at < data.length; at++) {
    const value = adc.data[at] * factor;
    if (value > 0 && value < lowAdc && signal[at] >= least) data[at] = 1;
  }
  return { shape: adc.shape, affine: adc.affine, data };
}
